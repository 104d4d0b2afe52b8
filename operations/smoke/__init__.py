"""The smoke test, which uses the entire product over HTTPS with a temporary tenant."""
