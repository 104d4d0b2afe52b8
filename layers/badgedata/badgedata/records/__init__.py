"""PynamoDB models for the four tables. Every read is a GetItem, a BatchGetItem, or a Query."""
