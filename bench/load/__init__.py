"""A day of a supplier's customers, driven at a deployed stack over HTTP, and scaled on paper."""
