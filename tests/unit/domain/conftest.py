from __future__ import annotations

from hypothesis import settings

# How long an example takes depends on the machine and says nothing about a rule of money.
settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
