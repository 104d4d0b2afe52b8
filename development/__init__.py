"""Commands for contributors. They write generated files and check the template and the wording.

Tests check that the generated files are up to date.
"""
