"""Replace a badge class with the data of another badge: read the source, preview, and confirm."""
