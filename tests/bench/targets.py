"""What a bench has to reach, and how every bench ends: figures for programs as the last line, status 1 for a miss."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class Targets:
    """Figures that must be at least, or at most, so much; one that was not measured is not missed."""

    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)

    def missed(self, figures: Mapping[str, Any]) -> list[str]:
        """Name the targets that were missed."""
        low = [
            (name, f"at least {limit:g}") for name, limit in self.at_least.items() if figures.get(name, limit) < limit
        ]
        high = [
            (name, f"at most {limit:g}") for name, limit in self.at_most.items() if figures.get(name, limit) > limit
        ]
        return [f"MISSED: {name} is {figures[name]:.2f}, the target is {target}" for name, target in low + high]


def conclude(bench: str, figures: Mapping[str, Any], problems: Sequence[str]) -> NoReturn:
    """Print what was missed, then the figures as one line of JSON, and end with the status that they deserve."""
    print(*problems, sep="\n", end="\n" if problems else "")
    print(json.dumps({"bench": bench, "figures": figures}))
    sys.exit(bool(problems))
