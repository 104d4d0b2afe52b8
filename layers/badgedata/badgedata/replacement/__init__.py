"""Replace a badge class with another badge's data: sources, preview, confirm."""
