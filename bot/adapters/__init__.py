"""Adapters to the outside, one technology in each module."""
