"""Charts and maps: how the page draws them, and what it saves, as PNG, SVG and CSV."""
