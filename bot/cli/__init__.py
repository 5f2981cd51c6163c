"""The commands of Pairguard, thin: they read options, call the wiring and show what comes back.

Exit status: 0 as it should be, 1 a promise or target missed, 2 wrong usage or configuration, 3 a part is missing.
"""

from __future__ import annotations

from bot.cli.application import app


def main() -> None:
    """Run the command that the arguments name."""
    app(prog_name="pairguard")
