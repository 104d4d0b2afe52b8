"""What can go wrong on a person's machine, said with what to do about it."""


class LocalStackError(Exception):
    """A step of the local stack failed; the message says what happened and what to do."""
