"""One tab, one file: this visitor's drawing and networks go in, one question about them is answered."""
