"""The file for the CRM, made at any time: `python -m tools.export_customers --help`."""
