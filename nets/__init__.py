"""The two networks, their data, training and reading of a drawing: PyTorch only, no page."""
