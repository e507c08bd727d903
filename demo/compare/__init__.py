"""The tab Compare: where the readers part, on the visitor's drawing and on the test set."""
