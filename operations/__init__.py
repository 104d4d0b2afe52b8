"""Commands for operators (docs/operations.md), for example to load or delete data, or to redrive dead letters."""
