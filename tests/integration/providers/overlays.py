"""Locators of a made-up whitelabel: a provider's, with an additional overlay."""

from __future__ import annotations

import shutil
from pathlib import Path

from providers.kit.reading.locators import SELECTORS_FOLDER, Locators, load_locators


def overlaid(provider: str, whitelabel: str, overlay: str, folder: Path) -> Locators:
    """Add an overlay to the TOML of a whitelabel; it must not repeat a table of the whitelabel's own."""
    shutil.copy(SELECTORS_FOLDER / f"{provider}.toml", folder)
    own = SELECTORS_FOLDER / f"{provider}.{whitelabel}.toml"
    words = own.read_text() if own.is_file() else ""
    (folder / f"{provider}.{whitelabel}.toml").write_text(f"{words}\n{overlay}\n")
    return load_locators(provider, whitelabel, folder)
