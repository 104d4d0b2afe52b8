"""Pydantic models for the JSON in requests and responses, with one module per resource."""
