"""PynamoDB models of the three tables. Every read is a GetItem, a BatchGetItem or a Query."""
