"""Which providers there are."""

from __future__ import annotations

from providers.registry import known_providers

__all__ = ["known_providers"]
