"""PynamoDB models of the three tables, and nothing else. Every read is a GetItem or a Query."""
