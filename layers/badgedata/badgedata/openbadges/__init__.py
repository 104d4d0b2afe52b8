"""Read and write Open Badges documents and baked images, without AWS or network access."""
