"""Delete all of one organization's data without affecting other organizations. Interrupted deletions can be resumed."""
