"""Both languages of Lotus have the same texts and placeholders."""

from __future__ import annotations

from string import Formatter

import pytest

from bot.practice.sites.lotus.texts import Texts, load_texts


def test_every_text_exists_in_both_languages() -> None:
    assert load_texts("en").keys == load_texts("vi").keys


@pytest.mark.parametrize("key", sorted(load_texts("en").keys))
def test_both_languages_fill_in_the_same_values(key: str) -> None:
    assert blanks(load_texts("vi"), key) == blanks(load_texts("en"), key)


def test_missing_text_is_an_error_and_not_an_empty_word() -> None:
    with pytest.raises(KeyError, match=r"box\.nothing"):
        load_texts("en")("box.nothing")


def blanks(texts: Texts, key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(texts.template(key)) if name}
