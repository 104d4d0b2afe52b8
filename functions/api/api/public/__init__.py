"""Records and HTML pages for the public documents."""
