"""Which function answers a route."""

from tools.openapi.operations import OPERATIONS

FUNCTIONS = {operation.route: operation.function for operation in OPERATIONS}
"""The function's package by route, such as "login" by "POST /login"."""
