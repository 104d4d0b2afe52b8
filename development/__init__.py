"""Commands for contributors, which write generated files and check the template. Tests check that files are current."""
