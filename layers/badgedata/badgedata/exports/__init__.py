"""Exports: request → job → pages → segments → file, and the lifecycle of each."""
