"""Look up the records of public documents, and render the documents as HTML pages."""
