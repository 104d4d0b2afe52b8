"""Smoke test: use the whole product over HTTPS with a temporary tenant, and delete the tenant."""
