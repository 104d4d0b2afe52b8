"""Commands for contributors: they write the files that are generated, and tests check that these are current."""
