"""The sample organizations as load files, for the local stack, tests and benchmarks: made up from a seed."""
