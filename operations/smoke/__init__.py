"""Prove a deployment: walk the whole product over HTTPS with a tenant of its own, and delete the tenant again."""
