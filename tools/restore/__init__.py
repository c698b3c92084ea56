"""Brings back what was lost, from a table as it was before; nobody is told, and nothing newer is written over."""
