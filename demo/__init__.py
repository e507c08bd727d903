"""The page: what an MLP and a CNN make of a drawing, how they do it, and how they learn to."""
