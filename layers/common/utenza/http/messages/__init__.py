"""The texts for people, one module per language with the same names: PROBLEMS, FIELDS, HINTS and wait()."""
