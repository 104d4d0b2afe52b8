"""The records and HTML pages of the public documents."""
