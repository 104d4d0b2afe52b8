"""PynamoDB models for the three tables. Every read is a GetItem, a BatchGetItem, or a Query."""
