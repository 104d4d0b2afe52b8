"""An operator's commands on a deployment (docs/operations.md): proving it, dead letters, deleting, restoring."""
