"""Bookmakers' page objects: one module per provider, standing on a small kit."""
