from __future__ import annotations

from hypothesis import settings

# A rule about money holds or not; how fast this machine finds out is no part of it.
settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
