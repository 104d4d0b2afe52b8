"""The local stack's error class."""


class LocalStackError(Exception):
    """A step of the local stack failed. The message describes what happened and what to do."""
