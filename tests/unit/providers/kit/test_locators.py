"""Locators are checked when they are loaded; each error names file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.reasons import Reason
from bot.errors import ConfigurationInvalid
from providers.kit.reading.locators import SELECTORS_FOLDER, Way, load_locators
from providers.registry import known_providers

PROVIDER = """
provider = "made-up"

[numbers]
default = { decimal_mark = ".", decimals = [2] }

[statuses]
Open = "open"

[pages.slip.nodes]
place = ["#place", { css = "button", text = "^Place bet$" }]

[pages.slip.readings.armed.fields]
odds = { at = "#odds", kind = "odds" }
"""

REFUSAL = """
[[refusals]]
pattern = "^The odds have changed"
reason = "{}"

"""


def written(folder: Path, text: str, name: str = "made-up.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("provider", sorted(known_providers()))
def test_the_locators_of_every_provider_are_valid(provider: str) -> None:
    names = {"", *(file.name.split(".")[1] for file in SELECTORS_FOLDER.glob(f"{provider}.*.toml"))}
    for whitelabel in names:
        assert load_locators(provider, whitelabel).pages


def test_a_locator_is_a_list_of_ways_in_order(tmp_path: Path) -> None:
    written(tmp_path, PROVIDER)
    locator = load_locators("made-up", "any", tmp_path).node("slip", "place")
    assert locator == (Way(css="#place"), Way(css="button", text="^Place bet$"))


def test_an_overlay_replaces_what_its_whitelabel_shows_differently(tmp_path: Path) -> None:
    written(tmp_path, PROVIDER)
    written(
        tmp_path,
        '[statuses]\n"Mở" = "open"\n[pages.slip.readings.armed.fields]\nodds = { at = "#price", kind = "odds" }',
        "made-up.viet.toml",
    )
    overlaid = load_locators("made-up", "viet", tmp_path)
    assert overlaid.statuses == {"Open": "open", "Mở": "open"}
    assert overlaid.reading("slip", "armed").fields["odds"].at == (Way(css="#price"),)
    assert overlaid.node("slip", "place") == load_locators("made-up", "other", tmp_path).node("slip", "place")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('provider = "made-up"', "", "provider: Field required"),
        ('provider = "made-up"', 'provider = "other"', "provider: is 'other', must be 'made-up'"),
        ('kind = "odds"', 'kind = "price"', "pages.slip.readings.armed.fields.odds.kind"),
        ('kind = "odds"', 'knid = "odds"', "pages.slip.readings.armed.fields.odds.knid"),
        ('kind = "odds"', 'take = "inner"', "pages.slip.readings.armed.fields.odds.take"),
        ('kind = "odds"', 'kind = "flag"', 'take "visible" or "enabled"'),
        ('kind = "odds"', 'kind = "word"', "words = the name of a vocabulary"),
        ('kind = "odds"', 'kind = "word", words = "none"', "there is no [words.none]"),
        ('kind = "odds"', 'kind = "odds", numbers = "none"', "there is no [numbers.none]"),
        ('kind = "odds"', 'pattern = "("', "is not a regular expression"),
        ('at = "#odds"', "at = []", "pages.slip.readings.armed.fields.odds.at"),
        ('Open = "open"', 'Open = "opened"', "statuses.Open"),
        ('Open = "open"', 'Open = "timeout"', "statuses.Open"),
        ('decimal_mark = "."', 'decimal_mark = ".", thousands = "."', "must differ from decimal_mark"),
        ('text = "^Place bet$"', 'text = "["', "is not a regular expression"),
        ('kind = "odds"', 'kind = "datetime", format = "%H:%M"', "format must contain the day"),
        (
            'kind = "odds"',
            'kind = "datetime", format = "{day} %H:%M"',
            "{day} needs words in [days]",
        ),
        (
            'provider = "made-up"',
            'provider = "made-up"\nhosts = "("',
            "hosts: Value error, is not a regular expression",
        ),
        ('decimal_mark = "."', 'decimal_mark = ".", words = { EVEN = "even" }', "numbers.default.words.EVEN"),
        ("[pages.slip.nodes]", "[pages.slip.buttons]", "pages.slip.buttons"),
        (
            "[statuses]",
            f"{REFUSAL.format('odds_changd')}[statuses]",
            "refusals.0.reason: Value error, must be one of a",
        ),
        ("[statuses]", f"{REFUSAL.format('cooldown')}[statuses]", "refusals.0.reason: Value error, must be one of a"),
        ("[statuses]", "[statuses", "is not TOML"),
        (
            "[pages.slip.readings.armed.fields]",
            '[pages.slip.readings.armed]\nrows = "tr"\n[pages.slip.readings.armed.fields]',
            "rows and row go together",
        ),
    ],
)
def test_a_fault_is_named_with_file_and_key(tmp_path: Path, before: str, after: str, problem: str) -> None:
    assert before in PROVIDER
    file = written(tmp_path, PROVIDER.replace(before, after))
    with pytest.raises(ConfigurationInvalid) as refused:
        load_locators("made-up", "any", tmp_path)
    assert problem in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_refusal_is_read_as_a_reason(tmp_path: Path) -> None:
    written(tmp_path, PROVIDER + REFUSAL.format("odds_changed"))
    assert load_locators("made-up", "any", tmp_path).refusals[0].reason is Reason.ODDS_CHANGED


def test_a_fault_of_an_overlay_names_the_overlay(tmp_path: Path) -> None:
    written(tmp_path, PROVIDER)
    overlay = written(tmp_path, '[pages.slip.nodes]\nplace = { csss = "#p" }', "made-up.viet.toml")
    with pytest.raises(ConfigurationInvalid, match=r"pages\.slip\.nodes\.place\.0\.csss") as refused:
        load_locators("made-up", "viet", tmp_path)
    assert str(overlay) in str(refused.value)


def test_a_provider_without_locators_is_named_by_its_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match=r"nobody\.toml: cannot be read"):
        load_locators("nobody", "any", tmp_path)


@pytest.mark.parametrize(
    ("look", "missing"),
    [
        (lambda locators: locators.page("bets"), "pages.bets"),
        (lambda locators: locators.node("slip", "remove"), "pages.slip.nodes.remove"),
        (lambda locators: locators.reading("slip", "receipt"), "pages.slip.readings.receipt"),
    ],
    ids=["page", "node", "reading"],
)
def test_what_a_module_needs_and_the_file_lacks_is_named(tmp_path: Path, look: object, missing: str) -> None:
    written(tmp_path, PROVIDER)
    locators = load_locators("made-up", "any", tmp_path)
    assert callable(look)
    with pytest.raises(ConfigurationInvalid, match=missing.replace(".", r"\.")):
        look(locators)
