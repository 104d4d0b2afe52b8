"""Deliver the files of exports to an organization's own S3 bucket."""
