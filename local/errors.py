"""The local stack's error class."""


class LocalStackError(Exception):
    """Raised when a step of the local stack fails. The message describes what happened and what to do."""
