"""The page: a drawing goes in, what an MLP and a CNN make of it comes out."""
