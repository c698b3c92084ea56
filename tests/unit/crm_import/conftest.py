"""Fixtures: those of the import's command, and the beginnings of its exports."""

from tests.unit.import_customers.conftest import HEADER, MARIO, TERMO, Table, endpoint, export, table

__all__ = ["HEADER", "MARIO", "TERMO", "Table", "endpoint", "export", "table"]
