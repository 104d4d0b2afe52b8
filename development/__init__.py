"""Commands that contributors run to write generated files and to check the template and the wording.

Tests check that the generated files are up to date.
"""
