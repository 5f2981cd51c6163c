"""Every recorded page reads as recorded: one test per field, no extra fields, and errors that name the cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.errors import PageDrift
from providers.registry import known_providers, provider_folders
from providers.upkeep.recordings import Recording, described, flattened, recordings
from tests.browser.replay import take_reading

Read = Callable[[Recording], dict[str, Any]]


def _all_recordings() -> list[Recording]:
    folders = {name: provider_folders(name) for name in sorted(known_providers())}
    return [each for name, of in folders.items() for each in recordings(of.fixtures, name, of.selectors)]


_RECORDINGS = _all_recordings()
_READABLE = [recording for recording in _RECORDINGS if recording.expected is not None]
_FAULTY = [recording for recording in _RECORDINGS if recording.error is not None]
_FIELDS = [
    pytest.param(recording, name, value, id=f"{recording.name}-{name}")
    for recording in _READABLE
    for name, value in (recording.expected or {}).items()
]
_SECRETS = ("made-up-1", "hl_session", "token=", "pass=")


@pytest.fixture(scope="session")
def read(browser: Browser) -> Iterator[Read]:
    """Take the reading of a recording once, for the tests of all its fields, and all of them on one tab."""
    page = browser.new_page()
    yield cache(lambda recording: flattened(take_reading(page, recording)))
    page.context.close()


def _by_name(recording: Recording) -> str:
    return recording.name


@pytest.mark.parametrize(("recording", "name", "value"), _FIELDS)
def test_a_field_reads_as_recorded(read: Read, recording: Recording, name: str, value: Any) -> None:
    assert read(recording).get(name) == value


@pytest.mark.parametrize("recording", _READABLE, ids=_by_name)
def test_no_field_is_read_that_was_not_recorded(read: Read, recording: Recording) -> None:
    assert set(read(recording)) == set(recording.expected or {})


@pytest.mark.parametrize("recording", _FAULTY, ids=_by_name)
def test_a_page_that_is_not_what_we_know_ends_in_a_named_error(page: Page, recording: Recording) -> None:
    with pytest.raises(PageDrift) as raised:
        take_reading(page, recording)
    assert described(raised.value) == recording.error


@pytest.mark.parametrize("recording", _RECORDINGS, ids=_by_name)
def test_a_recording_holds_no_secret_and_no_script(recording: Recording) -> None:
    assert [secret for secret in (*_SECRETS, "<script") if secret in recording.markup] == []


@pytest.mark.parametrize("provider", sorted(known_providers()))
def test_a_provider_has_recordings_of_both_kinds(provider: str) -> None:
    assert any(recording.meta.provider == provider for recording in _READABLE)
    assert any(recording.meta.provider == provider for recording in _FAULTY)
