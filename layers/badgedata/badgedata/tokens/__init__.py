"""Access tokens for programs."""
