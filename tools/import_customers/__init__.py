"""Loads a CRM export into the Customers table: `python -m tools.import_customers --help`."""
