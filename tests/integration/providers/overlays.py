"""Locators as a whitelabel of its own would have them: a provider's, with more laid over."""

from __future__ import annotations

import shutil
from pathlib import Path

from providers.kit.reading.locators import SELECTORS_FOLDER, Locators, load_locators


def overlaid(provider: str, whitelabel: str, overlay: str, folder: Path) -> Locators:
    """Lay a TOML over those of a whitelabel; a table that the whitelabel's own has already must not come again."""
    shutil.copy(SELECTORS_FOLDER / f"{provider}.toml", folder)
    own = SELECTORS_FOLDER / f"{provider}.{whitelabel}.toml"
    words = own.read_text() if own.is_file() else ""
    (folder / f"{provider}.{whitelabel}.toml").write_text(f"{words}\n{overlay}\n")
    return load_locators(provider, whitelabel, folder)
