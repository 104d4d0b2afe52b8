"""Award counts: maintained by the Awards table's stream, recounted by operators, and read by the API and exports."""
