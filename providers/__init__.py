"""Page objects of the bookmakers: one module per provider, built on a small kit."""
