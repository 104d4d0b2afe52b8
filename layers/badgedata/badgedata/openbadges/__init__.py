"""Read and write Open Badges documents and baked images. This package never uses AWS or the network."""
