"""Commands for operators of a deployment (docs/operations.md): smoke test, dead letters, deletion, restore."""
