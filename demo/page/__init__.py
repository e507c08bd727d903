"""What all parts of the page share: theme, styles and scripts."""
