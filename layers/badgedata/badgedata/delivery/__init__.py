"""Deliver exports' files to an organization's own S3 bucket."""
