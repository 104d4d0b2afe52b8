"""Exports: requests, the job that writes a file in pages and segments, and the lifecycle of each export."""
