"""The pad, the image both networks see, and their verdicts."""
