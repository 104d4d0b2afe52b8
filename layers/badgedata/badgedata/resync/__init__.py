"""Re-sync the images of a replaced badge class's awards: re-bake them, retry failures, and close the re-sync."""
