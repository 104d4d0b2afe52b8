"""An operator's commands on a deployment (docs/operations.md): dead letters, deleting a tenant, restoring."""
