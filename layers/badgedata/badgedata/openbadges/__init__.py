"""Read and write Open Badges documents and baked images, without AWS and without the network."""
