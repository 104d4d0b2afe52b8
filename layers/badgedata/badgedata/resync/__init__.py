"""Re-sync the award images of a replaced badge class: re-bake them, retry failures, and close the re-sync."""
