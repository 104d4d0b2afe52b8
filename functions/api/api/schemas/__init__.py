"""The JSON of requests and responses, by resource, as pydantic models that the OpenAPI document describes."""
