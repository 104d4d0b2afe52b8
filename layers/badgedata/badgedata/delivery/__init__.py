"""Deliver export files to an organization's own S3 bucket."""
