"""Obfuscated class names, as front-end builds make them: new at every start, without meaning."""

from __future__ import annotations

import random
import re
import string

# The one class that keeps its name: it hides the nodes that are always in the page.
_KEPT = "hidden"
_CLASS = re.compile(r"\.([a-z][a-z-]*)(?=[^{}]*\{)")


class Stylesheet:
    """Rename the classes of a stylesheet; `names` maps each readable name to the one on the page."""

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
