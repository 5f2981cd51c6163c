"""``python -m tests.chaos --runs 200 --seed 7``: inject faults, then judge by the ledgers of the practice sites."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.chaos.plan import Fault, plans
from tests.chaos.report import as_json, as_text
from tests.chaos.run import Run


def main() -> int:
    """Play the histories and report; return exit status 1 when a promise was broken."""
    options = _options()
    drawn = plans(options.runs, options.seed, [Fault(name) for name in options.fault] or list(Fault))
    run = Run(drawn, Path(tempfile.mkdtemp(prefix="pairguard-chaos-", dir=options.folder)), _tell)
    asyncio.run(run.play(options.worlds))
    print(*as_text(run.outcomes), sep="\n")
    print(as_json(run.outcomes, options.seed))
    return 1 if any(outcome.findings for outcome in run.outcomes) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="number of histories")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(1_000_000), help="the same seed gives the same plans"
    )
    parser.add_argument("--worlds", type=int, default=2, help="number of worlds at the same time")
    parser.add_argument("--fault", action="append", default=[], choices=[fault.value for fault in Fault])
    parser.add_argument("--folder", type=Path, help="folder of the worlds; those with a finding are kept")
    return parser.parse_args()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
