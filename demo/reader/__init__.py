"""The page's own reading: the networks and the preparation of a drawing once more, in plain JavaScript."""
