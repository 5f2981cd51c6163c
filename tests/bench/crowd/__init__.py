"""Thousands of pairs on some dozen accounts at bookmakers in memory, on a real ledger, and the worker that has them."""
