"""A recording keeps nothing of an account: secrets go, names become made-up ones, and the rest is unchanged."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from pydantic import SecretStr

from providers.upkeep.recordings import Result
from providers.upkeep.scrubbing import Scrubber, secrets_of_session

PASSWORD = 'p&ss "wörd"<1>'
SCRUBBER = Scrubber((SecretStr(PASSWORD), SecretStr("cookie-value-1")), ("ann", "Ann O'Hara & Sons"))
JSON_WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "written",
    [
        PASSWORD,
        escape(PASSWORD),
        escape(PASSWORD, quote=False),
        escape(escape(PASSWORD)),
        "p%26ss%20%22w%C3%B6rd%22%3C1%3E",
        "p%26ss+%22w%C3%B6rd%22%3C1%3E",
        "cookie-value-1",
    ],
)
def test_a_secret_goes_however_the_page_writes_it(written: str) -> None:
    assert SCRUBBER.scrubbed(f"<p>before {written} after</p>") == "<p>before  after</p>"


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("<b>Ann</b>", "<b>customer</b>"),
        ('<html data-live="ann">', '<html data-live="customer">'),
        ("<p>Ann O'Hara &amp; Sons</p>", "<p>customer-2</p>"),
        ('<p title="ANN O&#x27;HARA &amp;amp; SONS">', '<p title="customer-2">'),
        ("mail ann@example.net", "mail customer@example.org"),
        ("mail mary.jones+bets@mail.example.co.uk today", "mail customer@example.org today"),
        ("Channel and banner of Annabel", "Channel and banner of Annabel"),
        (f"data-jwt='{JSON_WEB_TOKEN}'", "data-jwt='token'"),
        ("id 0123456789abcdef0123456789abcdef.", "id token."),
        (
            'href="/cash?event=m1&amp;sessionToken=abc-1&amp;x=2"',
            'href="/cash?event=m1&amp;sessionToken=token&amp;x=2"',
        ),
        ("css-1q2w3e4r MuiButtonBase-root-MuiButton-contained", "css-1q2w3e4r MuiButtonBase-root-MuiButton-contained"),
        ('<path d="M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10">', '<path d="M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10">'),
    ],
)
def test_what_names_the_customer_is_replaced_and_nothing_else(text: str, scrubbed: str) -> None:
    assert SCRUBBER.scrubbed(text) == scrubbed


def test_what_was_read_is_scrubbed_as_the_page_is() -> None:
    result = Result({"username": "ann", "balance": "10.00 EUR", "rows.note": ["for Ann", None]}, None, "ann: gone")
    assert SCRUBBER.scrubbed_result(result) == Result(
        {"username": "customer", "balance": "10.00 EUR", "rows.note": ["for customer", None]}, None, "customer: gone"
    )


def cookie(name: str, value: str, *, http_only: bool = False) -> dict[str, Any]:
    return {"name": name, "value": value, "httpOnly": http_only}


def test_cookies_and_stored_tokens_that_open_the_session_are_secrets() -> None:
    state = {
        "cookies": [
            cookie("sid2", "s3cret", http_only=True),
            cookie("auth_token", "abcdefghij"),
            cookie("visitor", "v1s1t0r-0001"),
            cookie("language", "en-GB"),
            cookie("seen", "2026-11-20"),
        ],
        "origins": [
            {
                "origin": "https://brand.example",
                "localStorage": [
                    {
                        "name": "state",
                        "value": '{"user": {"accessToken": "stored-token-1"}, "event": "m1-1x2-home-17"}',
                    },
                    {"name": "lastEvent", "value": "northgate-v-port-alder-2026"},
                ],
            }
        ],
    }
    secrets = secrets_of_session(state, {"session-key": "tab-token-0001"})
    assert {secret.get_secret_value() for secret in secrets} == {
        "s3cret",
        "abcdefghij",
        "v1s1t0r-0001",
        "stored-token-1",
        "tab-token-0001",
    }


def test_a_scrubber_shows_no_secret_of_its_own() -> None:
    assert "cookie-value" not in repr(SCRUBBER)
