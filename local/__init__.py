"""The product on one machine: a local AWS, the real template deployed to it, sample data, and the main job."""
