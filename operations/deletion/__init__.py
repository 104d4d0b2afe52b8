"""Deleting all data of one organization, so that it can be broken off and gone on with, and no other is touched."""
