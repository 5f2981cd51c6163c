"""Mutants: recorded pages changed as a new release of the site might change them, then read and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

from bot.domain.odds import Odds
from bot.errors import PageDrift
from providers.kit.reading.locators import FieldSpec, Kind
from providers.kit.reading.parsing import Value
from providers.kit.reading.readings import READING_SCRIPT, Reading, Values
from providers.upkeep.recordings import Recording
from tests.browser.replay import shown

KINDS = ("rename_classes", "wrap", "reorder", "blank", "duplicate", "swap_columns", "number_format")
_SAID_BY_ORDER = {"lotus": ".tm"}
"""The order of the teams says which side is at home; the bet box names both again before any click."""

_MUTATE = (
    f"(argument) => {{\n{(Path(__file__).parent / 'mutations.js').read_text('utf-8')}\nreturn mutate(argument);\n}}"
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mutant that gave another reading than the original page, without an error."""

    recording: str
    kind: str
    seed: int
    done: str
    differences: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.recording} {self.kind} seed {self.seed}: {self.done}: {'; '.join(self.differences)}"


@dataclass
class Tally:
    """Counts of how mutants were read."""

    read: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def mutants(self) -> int:
        """The number of mutants."""
        return self.read.total() + self.refused.total() + len(self.wrong)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {self.read[kind]}/{self.refused[kind]}" for kind in KINDS)
        return f"{self.mutants} mutants; read rightly/refused: {kinds}; read wrongly: {len(self.wrong)}"


def tallied(page: Page, recordings: Sequence[Recording], count: int, seed: int) -> Tally:
    """Draw ``count`` mutants, equally many of each recording, and take the reading of each."""
    tally = Tally()
    shares = [count // len(recordings) + (number < count % len(recordings)) for number in range(len(recordings))]
    for number, (recording, share) in enumerate(zip(recordings, shares, strict=True)):
        specimen = Specimen.of(page, recording)
        for kind, each in _drawn(specimen, share, seed * 1_000_003 + number * 10_007):
            specimen.judge(kind, each, tally)
    return tally


def _drawn(specimen: Specimen, count: int, seed: int) -> Iterator[tuple[str, int]]:
    drawn = 0
    while drawn < count:
        kind, seed = KINDS[seed % len(KINDS)], seed + 1
        if specimen.mutated(kind, seed):
            drawn += 1
            yield kind, seed


@dataclass
class Specimen:
    """A recorded page in the browser, whose document can be changed and restored."""

    recording: Recording
    frame: Frame
    original: str
    reading: Reading
    truth: Values
    done: str = ""

    @classmethod
    def of(cls, page: Page, recording: Recording) -> Specimen:
        """Show a recording and take the reading of the unchanged page."""
        frame, reading = shown(page, recording), recording.reading
        truth = recording.interpreted(frame.evaluate(READING_SCRIPT, reading.argument))
        return cls(recording, frame, frame.evaluate("document.documentElement.innerHTML"), reading, truth)

    def mutated(self, kind: str, seed: int) -> bool:
        """Restore the document and mutate it; return False when it holds nothing that this kind can change."""
        ordered = _SAID_BY_ORDER.get(self.reading.provider, "")
        argument = {"original": self.original, "aims": self._aims(), "ordered": ordered, "kind": kind, "seed": seed}
        self.done = self.frame.evaluate(_MUTATE, argument)
        return bool(self.done)

    def _aims(self) -> list[str]:
        spec = self.reading.spec
        ways = [way for locator in (spec.rows, spec.region) if locator for way in locator]
        ways += [way for each in spec.fields.values() for way in each.at]
        return [way.css for way in ways if ":scope" not in way.css and ">>>" not in way.css]

    def judge(self, kind: str, seed: int, tally: Tally) -> None:
        """Read the mutant and count the result."""
        try:
            raw = self.frame.evaluate(READING_SCRIPT, self.reading.argument)
            values = self.recording.interpreted(raw)
        except PageDrift:
            tally.refused[kind] += 1
            return
        differences = tuple(self._differences(values, kind))
        if differences:
            tally.wrong.append(Wrong(self.recording.name, kind, seed, self.done, differences))
        else:
            tally.read[kind] += 1

    def _differences(self, values: Values, kind: str) -> Iterator[str]:
        """Describe what reads differently. An optional field may be absent when something was blanked.

        The order of rows and a repeated row change no statement of the page.
        """
        truth, read = self._comparable(self.truth, kind), self._comparable(values, kind)
        for name in sorted(truth.differences(read)):
            if _meaning_of(truth, name) != _meaning_of(read, name) and (kind != "blank" or name in read.values):
                yield f"{name} is {_shown(read, name)}, not {_shown(truth, name)}"
        known, found = ({_row(row) for row in each.rows} for each in (truth, read))
        for row in found - known:
            if kind != "blank" or not any(row < each for each in known):
                yield f"row {dict(row)} was never there"
        if len(found) < len(known):
            yield f"{len(known) - len(found)} rows are gone"

    def _comparable(self, values: Values, kind: str) -> Values:
        if kind != "number_format":
            return values
        spec = self.reading.spec
        rows = tuple(_without_numbers(row.values, spec.row) for row in values.rows)
        return Values(_without_numbers(values.values, spec.fields).values, rows)


def _row(row: Values) -> frozenset[tuple[str, object]]:
    return frozenset((name, _meaning(value)) for name, value in row.values.items())


def _meaning(value: Value) -> object:
    """Return a value to compare: odds without their trailing zeros."""
    return (value.style, value.decimal) if isinstance(value, Odds) else value


def _meaning_of(values: Values, name: str) -> object:
    return _meaning(values.values[name]) if name in values.values else None


def _shown(values: Values, name: str) -> Any:
    return repr(str(values.values[name])) if name in values.values else "absent"


def _without_numbers(values: Mapping[str, Value], specs: Mapping[str, FieldSpec]) -> Values:
    """Keep only the letters of free texts: they repeat numbers of the page, in any format."""
    return Values(
        {
            name: "".join(filter(str.isalpha, value))
            if isinstance(value, str) and specs[name].kind is Kind.TEXT
            else value
            for name, value in values.items()
        }
    )
