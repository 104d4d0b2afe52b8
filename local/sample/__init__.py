"""Sample organizations, generated from a seed as load files for the local stack, tests, and benchmarks."""
