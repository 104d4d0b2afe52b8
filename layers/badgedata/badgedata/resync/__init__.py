"""Re-sync the award images of a replaced badge class."""
