"""The JSON that is sent and answered, by resource: pydantic models, which the OpenAPI document is written from."""
