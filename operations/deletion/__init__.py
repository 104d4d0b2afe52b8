"""Delete all data of one organization without affecting others. An interrupted deletion can be resumed."""
