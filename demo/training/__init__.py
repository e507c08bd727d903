"""Training as a service: runs, their lanes and what has been seen of them."""
