"""Exports: from request to job, pages, segments, and file, and the lifecycle of each export."""
