"""Exports: specification → plan → read → encode → file; jobs and their states."""
