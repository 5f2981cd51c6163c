"""Obfuscated class names like those of front-end builds: without meaning, and different at every start."""

from __future__ import annotations

import random
import re
import string

# This class keeps its name: it hides the nodes that are always in the page.
_KEPT = "hidden"
_CLASS = re.compile(r"\.([a-z][a-z-]*)(?=[^{}]*\{)")


class Stylesheet:
    """Rename the classes of a stylesheet; `names` maps each readable name to its name on the page."""

    def __init__(self, source: str) -> None:
        found = sorted({match.group(1) for match in _CLASS.finditer(source)} - {_KEPT})
        self.names = dict(zip(found, _draw_names(len(found)), strict=True)) | {_KEPT: _KEPT}
        self.text = _CLASS.sub(lambda match: f".{self.names[match.group(1)]}", source)


def _draw_names(count: int) -> list[str]:
    names: set[str] = set()
    while len(names) < count:
        tail = random.choices(string.ascii_lowercase + string.digits + "_", k=random.randint(1, 2))
        names.add(random.choice(string.ascii_lowercase) + "".join(tail))
    return random.sample(sorted(names), count)
