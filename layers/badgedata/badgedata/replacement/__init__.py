"""Replace a badge class's content with another badge's content: read the source, preview, and confirm."""
