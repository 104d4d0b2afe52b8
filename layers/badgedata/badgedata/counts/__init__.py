"""Stored numbers of awards per day, which are updated from the Awards table's stream."""
