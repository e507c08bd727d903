"""Training as a service, without gradio: a line to wait in, runs here or on a borrowed GPU, what is seen of them."""
