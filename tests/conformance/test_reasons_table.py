"""The table of reasons is up to date. ``make matrix`` writes it."""

from __future__ import annotations

from tests.conformance.reasons import BOT_README, REASONS, reasons_table
from tests.conformance.tables import section


def test_the_table_of_reasons_is_what_the_enum_says() -> None:
    assert section(BOT_README.read_text("utf-8"), REASONS) == reasons_table()


def test_codes_that_differ_in_two_results_share_a_row() -> None:
    table = reasons_table()
    assert "| `cooldown` | The account cools down after its last accepted bet. | blocked |" in table
    assert "| `resettled_{old}_{new}` |" in table
    assert "resettled_won_lost" not in table
