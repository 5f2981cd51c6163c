"""The reading script in a real page: only what a person can see counts, and locators find what they describe."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from providers.kit.reading.locators import ReadingSpec
from providers.kit.reading.readings import READING_SCRIPT, reading_argument


def raw(page: Page, markup: str, spec: dict[str, Any]) -> Any:
    page.set_content(markup)
    return json.loads(page.evaluate(READING_SCRIPT, reading_argument(ReadingSpec.model_validate(spec))))


def field(page: Page, markup: str, **spec: Any) -> tuple[int, str | None]:
    """Return how often a field was found, and its text."""
    found = raw(page, markup, {"fields": {"it": {"at": "#it, .it", **spec}}})["fields"]["it"]
    return found["count"], found["value"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p id=it style='display: none'>1.95</p>",
        "<p id=it style='visibility: hidden'>1.95</p>",
        "<p id=it style='opacity: 0'>1.95</p>",
        "<p id=it hidden>1.95</p>",
        "<div style='display: none'><p id=it>1.95</p></div>",
        "<div style='opacity: 0'><p id=it>1.95</p></div>",
        "<div style='height: 0; overflow: hidden'><p id=it>1.95</p></div>",
        "<div style='width: 0; overflow: clip'><p id=it>1.95</p></div>",
        "<p id=it style='position: absolute; left: -9999px'>1.95</p>",
        "<p id=it style='width: 0; height: 0; overflow: hidden'>1.95</p>",
        "<p id=it></p>",
        "<details><summary>Slip</summary><p id=it>1.95</p></details>",
        "<template><p id=it>1.95</p></template>",
        "<svg width=9 height=9><title id=it>Rejected</title></svg>",
        "<noscript><p id=it>1.95</p></noscript>",
    ],
)
def test_what_a_person_cannot_see_is_not_found(page: Page, markup: str) -> None:
    assert field(page, markup) == (0, None)


@pytest.mark.parametrize(
    "markup",
    [
        "<p id=it>1.95</p>",
        "<p id=it>  1.95\n </p>",
        "<p id=it><b>1</b>.95</p>",
        "<p id=it>1.95<i hidden> (was 1.90)</i></p>",
        "<p id=it>1.95<svg width=9 height=9><title>Rejected</title></svg></p>",
        "<div style='display: contents'><p id=it>1.95</p></div>",
        "<div style='height: 9px; overflow: auto'><div style='height: 900px'></div><p id=it>1.95</p></div>",
        "<div style='height: 3000px'></div><p id=it>1.95</p>",
        "<p id=it style='display: none'>1.90</p><p class=it>1.95</p>",
    ],
)
def test_the_text_is_what_a_person_reads(page: Page, markup: str) -> None:
    assert field(page, markup) == (1, "1.95")


def test_hidden_nodes_count_where_the_locator_says_so(page: Page) -> None:
    assert field(page, "<p id=it hidden>x</p>", at={"css": "#it", "hidden": True})[0] == 1


@pytest.mark.parametrize(
    ("markup", "take", "value"),
    [
        ("<input id=it value=5>", "value", "5"),
        ("<textarea id=it>5</textarea>", "value", "5"),
        ("<select id=it><option value=a>A<option value=b selected>B</select>", "value", "b"),
        ("<div id=it contenteditable>5</div>", "value", "5"),
        ("<time id=it datetime=2030-05-01>today</time>", "@datetime", "2030-05-01"),
        ("<time id=it>today</time>", "@datetime", None),
        ("<button id=it>Bet</button>", "enabled", "true"),
        ("<button id=it disabled>Bet</button>", "enabled", "false"),
        ("<fieldset disabled><button id=it>Bet</button></fieldset>", "enabled", "false"),
        ("<div aria-disabled=true><button id=it>Bet</button></div>", "enabled", "false"),
        ("<button id=it style='pointer-events: none'>Bet</button>", "enabled", "false"),
        ("<p id=it>x</p>", "visible", "true"),
        ("<div id=it>A vs. B<br><small>League</small></div>", "own", "A vs. B"),
        ("<div id=it><b>League</b></div>", "own", ""),
        ("<svg id=it width=9 height=9><title>Winner</title></svg>", "text", "Winner"),
    ],
)
def test_a_field_takes_what_it_says(page: Page, markup: str, take: str, value: str | None) -> None:
    kind = {"kind": "flag"} if take in {"enabled", "visible"} else {}
    assert field(page, markup, take=take, **kind) == (1, value)


def test_a_live_input_value_wins_over_its_attribute(page: Page) -> None:
    page.set_content("<input id=it value=5>")
    page.fill("#it", "7")
    spec = ReadingSpec.model_validate({"fields": {"it": {"at": "#it", "take": "value"}}})
    assert json.loads(page.evaluate(READING_SCRIPT, reading_argument(spec)))["fields"]["it"]["value"] == "7"


def test_the_first_way_that_matches_anything_counts(page: Page) -> None:
    markup = "<p class=old>1.90</p><p class=new>1.95</p><p class=new>2.00</p>"
    assert field(page, markup, at=[".gone", ".old", ".new"]) == (1, "1.90")
    assert field(page, markup, at=[".gone", ".new"])[0] == 2
    assert field(page, markup, at=[".gone", ".lost"]) == (0, None)


def test_a_text_finds_the_innermost_node(page: Page) -> None:
    markup = "<div><div><span>Potential</span> return <b>€5.00</b></div><div>Stake</div></div>"
    assert field(page, markup, at={"css": "div", "text": "^Potential return"}) == (1, "Potential return €5.00")


def test_a_step_leads_into_an_open_shadow_root(page: Page) -> None:
    markup = "<x-slip><template shadowrootmode=open><b class=odds>1.95</b></template></x-slip>"
    assert field(page, markup, at="x-slip >>> .odds") == (1, "1.95")
    assert field(page, markup, at="x-slip .odds") == (0, None)


def test_a_field_is_looked_for_in_its_region_unless_it_says_frame(page: Page) -> None:
    markup = "<header><b class=it>ann</b></header><main><b class=it>1.95</b></main>"
    inside = {"at": ".it"}
    read = raw(page, markup, {"region": "main", "fields": {"odds": inside}})
    assert read["fields"]["odds"]["value"] == "1.95"
    read = raw(page, markup, {"region": "main", "fields": {"all": inside | {"within": "frame"}}})
    assert read["fields"]["all"]["count"] == 2


@pytest.mark.parametrize("count", [0, 2])
def test_a_region_that_is_not_there_once_is_counted(page: Page, count: int) -> None:
    assert raw(page, "<main>x</main>" * count, {"region": "main", "fields": {}})["regions"] == count


def test_each_row_is_read_by_itself(page: Page) -> None:
    markup = (
        "<table><tr data-id=1><td>a</td></tr><tr data-id=2><td>b</td></tr><tr hidden data-id=3><td>c</td></tr></table>"
    )
    read = raw(page, markup, {"rows": "tr", "row": {"id": {"at": ":scope", "take": "@data-id"}, "text": {"at": "td"}}})
    assert [(row["id"]["value"], row["text"]["value"]) for row in read["rows"]] == [("1", "a"), ("2", "b")]


def test_a_way_goes_on_from_a_label_to_its_value(page: Page) -> None:
    markup = "<table><tr><td>Risk</td><td><b>$5.00</b></td></tr><tr><td>To win</td><td>$4.00</td></tr></table>"
    assert field(page, markup, at={"css": "tr", "text": "^Risk ", "then": "td:last-child"}) == (1, "$5.00")
    assert field(page, markup, at={"css": "tr", "text": "^Return ", "then": "td:last-child"}) == (0, None)
    hidden = markup.replace("<b>", "<b hidden>")
    assert field(page, hidden, at={"css": "td", "text": "^Risk$", "then": ":scope + td b"}) == (0, None)


def test_a_field_of_a_row_may_stand_above_the_rows(page: Page) -> None:
    markup = "".join(
        f"<table><tr><th>{title}</th></tr><tr class=row><td>{text}</td></tr></table>"
        for title, text in [("A", "a"), ("B", "b")]
    )
    row = {"text": {"at": "td"}, "title": {"at": "th", "up": "table"}, "none": {"at": "th", "up": "section"}}
    rows = raw(page, markup, {"rows": ".row", "row": row})["rows"]
    assert [(each["title"]["value"], each["text"]["value"]) for each in rows] == [("A", "a"), ("B", "b")]
    assert {each["none"]["count"] for each in rows} == {0}


def test_what_the_host_of_a_shadow_root_clips_is_not_there(page: Page) -> None:
    shadow = "<template shadowrootmode=open><b class=odds>1.95</b></template>"
    closed = f"<x-slip style='display: block; height: 0; overflow: hidden'>{shadow}</x-slip>"
    assert field(page, closed, at="x-slip >>> .odds") == (0, None)
