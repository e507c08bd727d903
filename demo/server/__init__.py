"""What stands in front of Gradio: limits, the page's calls, pictures from the web."""
