"""Every type of event has a schema, and it says which reasons there are and what they mean."""

from __future__ import annotations

import json

import pytest

from bot.domain.event_schema import event_schema, events_schema
from bot.domain.events import EventType
from tests.event_fit import misfits


def test_there_is_one_document_for_all_events() -> None:
    document = events_schema()
    assert json.loads(json.dumps(document)) == document
    assert document["$defs"].keys() == {*EventType, "leg"}
    assert [each["$ref"] for each in document["oneOf"]] == [f"#/$defs/{kind}" for kind in EventType]


@pytest.mark.parametrize("kind", EventType)
def test_an_event_is_described_as_the_webhook_posts_it(kind: EventType) -> None:
    described = event_schema(kind)
    assert described["required"] == ["id", "type", "time", "data"]
    assert described["properties"]["type"] == {"const": kind.value}
    assert described["description"].endswith(".")


@pytest.mark.parametrize(
    ("kind", "code", "occurs"),
    [
        (EventType.ARB_BLOCKED, "cooldown", True),
        (EventType.ARB_BLOCKED, "odds_changed", False),
        (EventType.ARB_FAILED, "invalid_job", True),
        (EventType.BET_FAILED, "odds_changed", True),
        (EventType.ARB_EMERGENCY, "max_loss", True),
        (EventType.EXPOSURE_ALERT, "max_loss", True),
        (EventType.EXPOSURE_ALERT, "resettled_won_void", True),
        (EventType.EXPOSURE_ALERT, "cooldown", False),
    ],
)
def test_an_event_lists_its_reasons_and_no_others(kind: EventType, code: str, occurs: bool) -> None:
    listed = event_schema(kind)["properties"]["data"]["properties"]["reason"]["oneOf"]
    sentences = {each["const"]: each["description"] for each in listed}
    assert (code in sentences) is occurs
    assert all(sentences.values())


@pytest.mark.parametrize(
    ("data", "misfit"),
    [
        ({"worker": "w1"}, []),
        ({}, ["worker_started: worker is missing"]),
        ({"worker": "w1", "pid": 7}, ["worker_started: pid is no field of it"]),
        ({"worker": 1}, ["worker_started.worker: 1 is no string"]),
    ],
)
def test_what_does_not_fit_a_schema_is_named(data: dict[str, object], misfit: list[str]) -> None:
    assert misfits(EventType.WORKER_STARTED, data) == misfit
