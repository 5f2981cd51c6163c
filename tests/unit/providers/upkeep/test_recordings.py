"""Recordings say what they hold; a new reading is compared with them field by field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.odds import OddsStyle
from bot.errors import ConfigurationInvalid, LocatorMissing
from providers.registry import FIXTURES_FOLDER
from providers.upkeep.recordings import Finding, Meta, Recording, Result, recordings, url_pattern

META = Meta(
    provider="made-up",
    whitelabel="brand",
    page="slip",
    reading="armed",
    language="en",
    odds_style=OddsStyle.MALAY,
    time_zone="Etc/GMT+4",
    currency="EUR",
    url="/event/{id}",
    release=3,
    recorded_at=datetime(2026, 11, 20, 12, 9, 37, tzinfo=UTC),
)
MISSING = LocatorMissing("made-up", "slip.armed", "odds", "#odds", "nothing visible matches")
READ = {"odds": "1.95", "stake": "10 EUR"}
LOCATORS = """
provider = "made-up"
numbers = { default = { decimal_mark = ".", decimals = [2] } }

[pages.slip.readings.armed]
rows = "li"
fields = { odds = { at = "#odds", kind = "odds" }, stake = { at = "#stake" }, notice = { at = "#notice" } }
row = { stake = { at = ".stake" }, label = { at = ".label" } }
"""


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    (tmp_path / "made-up.toml").write_text(LOCATORS)
    recording = Recording(tmp_path / "made-up/slip/armed", tmp_path, tmp_path)
    recording.keep("<!doctype html>", META)
    recording.accept(Result(values=READ))
    return recordings(tmp_path, "made-up", tmp_path)[0]


def test_how_a_page_was_recorded_is_read_back_as_written(recording: Recording) -> None:
    assert recording.meta == META
    assert [each.name for each in recordings(recording.fixtures, "made-up")] == ["made-up/slip/armed"]
    assert recordings(recording.fixtures, "other") == []


def test_a_recording_is_read_as_if_at_the_time_at_which_it_was_made(recording: Recording) -> None:
    assert recording.dialect.clock() == META.recorded_at


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        ('currency = "EUR"', 'currency = "euro"', r"meta\.toml: currency: .*match"),
        ("recorded_at = 2026-11-20T12:09:37+00:00", "recorded_at = 2026-11-20T12:09:37", r"recorded_at: .*timezone"),
        ('reading = "armed"', "", r"meta\.toml: reading: Field required"),
        ('reading = "armed"', 'reading = "armed"\nreeding = 1', r"meta\.toml: reeding: Extra"),
        ('page = "slip"', "page = ", r"meta\.toml: is not TOML"),
        ('page = "slip"', 'page = "bets"', r"says made-up/bets, but lies elsewhere"),
    ],
)
def test_a_faulty_meta_is_refused_with_file_key_and_what_is_wrong(
    recording: Recording, line: str, wrong: str, said: str
) -> None:
    file = recording.folder / "meta.toml"
    file.write_text(file.read_text().replace(line, wrong))
    with pytest.raises(ConfigurationInvalid, match=said):
        _ = Recording(recording.folder, recording.fixtures).meta


@pytest.mark.parametrize("content", ["{", "[]"])
def test_faulty_expectations_are_refused_by_name(recording: Recording, content: str) -> None:
    (recording.folder / "expected.json").write_text(content)
    with pytest.raises(ConfigurationInvalid, match=r"expected\.json: "):
        recording.findings(Result(values=READ))


def test_what_reads_as_recorded_gives_no_finding(recording: Recording) -> None:
    assert recording.findings(Result(values=dict(READ))) == ()


@pytest.mark.parametrize(
    ("got", "field", "expected", "said"),
    [
        (Result(values=READ | {"odds": "2.05"}), "odds", "1.95", "2.05"),
        (Result(values={"odds": "1.95"}), "stake", "10 EUR", "absent"),
        (Result(values=READ | {"notice": "Hurry"}), "notice", "absent", "Hurry"),
        (Result(values=READ | {"stake": None}), "stake", "10 EUR", None),
        (Result.drifted(MISSING), "odds", "1.95", str(MISSING)),
    ],
)
def test_each_difference_is_a_finding(recording: Recording, got: Result, field: str, expected: Any, said: Any) -> None:
    findings = recording.findings(got)
    assert [(each.where, each.field, each.expected, each.got) for each in findings] == [
        ("made-up/slip/armed", field, expected, said)
    ]


def test_an_error_case_must_end_in_that_error(recording: Recording) -> None:
    recording.accept(Result.drifted(MISSING))
    assert not (recording.folder / "expected.json").exists()
    assert recording.findings(Result.drifted(MISSING)) == ()
    (read,) = recording.findings(Result(values=READ))
    assert (read.field, read.got) == ("odds", "was read")
    moved = LocatorMissing("made-up", "slip.armed", "odds", "#price", "nothing visible matches")
    assert recording.findings(Result.drifted(moved)) == (), "a locator may be repaired and the page still be faulty"
    other = LocatorMissing("made-up", "slip.armed", "stake", "#stake", "nothing visible matches")
    assert [each.field for each in recording.findings(Result.drifted(other))] == ["stake"]


@pytest.mark.parametrize(
    ("field", "locator", "key"),
    [
        ("odds", "#odds", "pages.slip.readings.armed.fields.odds"),
        ("stake", "#stake", "pages.slip.readings.armed.fields.stake"),
        ("rows.stake", ".stake", "pages.slip.readings.armed.row.stake"),
        ("rows.label", ".label", "pages.slip.readings.armed.row.label"),
    ],
)
def test_a_finding_says_where_its_locator_is_written(recording: Recording, field: str, locator: str, key: str) -> None:
    (finding,) = recording.findings(Result(values={**READ, field: "other"}))
    assert (finding.locator, finding.key) == (locator, key)
    assert finding.file == str(recording.selectors / "made-up.toml")


def test_an_error_in_a_row_is_placed_at_the_field_of_the_row(recording: Recording) -> None:
    drift = LocatorMissing("made-up", "slip.armed", "row 2 stake", ".stake", "nothing visible matches")
    (finding,) = recording.findings(Result.drifted(drift))
    assert finding.key == "pages.slip.readings.armed.row.stake"


def test_a_locator_of_the_whitelabels_own_is_said_to_lie_in_its_overlay(recording: Recording) -> None:
    overlay = recording.selectors / "made-up.brand.toml"
    overlay.write_text('[pages.slip.readings.armed.fields]\nodds = { at = "#price", kind = "odds" }\n')
    (again,) = recordings(recording.fixtures, "made-up", recording.selectors)
    odds, stake = again.findings(Result(values={"odds": "2.05", "stake": "11 EUR"}))
    assert (odds.file, odds.locator) == (str(overlay), "#price")
    assert stake.file == str(recording.selectors / "made-up.toml")


def test_a_recording_without_expectations_is_not_green(recording: Recording) -> None:
    (recording.folder / "expected.json").unlink()
    assert [each.field for each in recording.findings(Result(values=READ))] == ["expected.json"]


def test_a_finding_names_recording_field_locator_and_both_values() -> None:
    finding = Finding("made-up/slip/armed", "odds", "1.95", "2.05", "#odds")
    assert str(finding) == "made-up/slip/armed: field 'odds' (#odds): expected '1.95', got '2.05'"


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("https://brand.example/event/m1", "/event/{id}"),
        ("https://brand.example/", "/"),
        ("https://brand.example", "/"),
        ("https://brand.example/#/event/O-0242888", "/#/event/{id}"),
        ("https://brand.example/en/bets/2026-11-20/list", "/en/bets/{id}/list"),
        ("https://s17.brand.example/home", "//{host}/home"),
    ],
)
def test_an_address_is_kept_as_a_pattern(url: str, pattern: str) -> None:
    assert url_pattern(url, "https://brand.example") == pattern


def test_every_recording_in_the_house_has_one_kind_of_expectation() -> None:
    for recording in recordings():
        files = [name for name in ("expected.json", "error.json") if (recording.folder / name).exists()]
        assert len(files) == 1, recording.name
        assert json.loads((recording.folder / files[0]).read_text("utf-8"))
        assert recording.folder.is_relative_to(FIXTURES_FOLDER)
