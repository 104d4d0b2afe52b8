"""The public documents: their records, and their HTML pages."""
