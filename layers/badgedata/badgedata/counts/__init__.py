"""Stored daily award counts, which are updated from the Awards table's stream."""
