"""Commands for contributors that write generated files and check the template.

Tests check that the files are current.
"""
