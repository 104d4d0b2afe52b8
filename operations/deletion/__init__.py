"""Delete all data of one organization and nothing of others. An interrupted deletion can be resumed."""
