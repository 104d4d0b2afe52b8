"""Smoke test: use the entire product over HTTPS with a temporary tenant, and delete the tenant."""
