"""The smoke test, which exercises the entire product over HTTPS with a temporary tenant."""
