"""Stored daily award counts, updated from the Awards table's stream."""
