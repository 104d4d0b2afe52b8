"""The error of the local stack."""


class LocalStackError(Exception):
    """A step of the local stack failed. The message says what happened and what to do."""
