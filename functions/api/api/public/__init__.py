"""Look up the records for public documents, and render the documents as HTML pages."""
