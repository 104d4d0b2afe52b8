"""Exports: their requests, files, and lifecycle."""
