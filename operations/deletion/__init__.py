"""Delete all of one organization's data without affecting others. An interrupted deletion can be resumed."""
