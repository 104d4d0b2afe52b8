"""Operator commands (docs/operations.md), for example to load or delete data, or to redrive dead letters."""
