"""The Preparation tab."""
