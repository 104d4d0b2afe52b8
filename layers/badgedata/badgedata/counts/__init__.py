"""Award counts: kept by the stream of the Awards table, recounted by an operator, and read by the API and exports."""
