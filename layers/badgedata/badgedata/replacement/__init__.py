"""Replace a badge class with another badge's data: read the source, preview, and confirm."""
