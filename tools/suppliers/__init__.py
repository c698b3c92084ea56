"""Checks `suppliers/suppliers.toml` and compiles it to the JSON file that the functions read.

`python -m tools.suppliers --help` is the command.
"""
