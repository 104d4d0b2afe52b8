"""An operator's commands on a deployment: proving it, dead letters, deleting a tenant, checking a restore."""
