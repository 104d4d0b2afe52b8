"""The sample organizations as load files for the local stack, tests, and benchmarks, generated from a seed."""
