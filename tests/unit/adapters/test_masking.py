from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from bot.adapters.masking import masked, register_secret

PASSWORD = 'pä"ss/w+rd <1>\\'


@pytest.mark.parametrize("written", [str, repr, json.dumps, quote, quote_plus, escape, lambda s: quote(s, safe="")])
def test_a_secret_is_blanked_however_it_is_written(written: Callable[[str], str]) -> None:
    register_secret(SecretStr(PASSWORD))

    text = masked(f"before {written(PASSWORD)} after")

    assert text.replace('"', "").replace("'", "") == "before [secret] after"


def test_a_webhook_key_is_blanked_with_and_without_its_prefix() -> None:
    register_secret(SecretStr("whsec_c2VjcmV0"))

    assert masked("whsec_c2VjcmV0 c2VjcmV0") == "[secret] [secret]"


def test_a_secret_that_begins_like_another_is_blanked_whole() -> None:
    register_secret(SecretStr("Quay-Side"))
    register_secret(SecretStr("Quay-Side-Lantern"))

    assert masked("Quay-Side-Lantern Quay-Side") == "[secret] [secret]"


def test_an_empty_secret_blanks_nothing() -> None:
    register_secret(SecretStr(""))

    assert masked("all of this stays") == "all of this stays"
