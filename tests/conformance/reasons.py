"""The generated table of reasons in ``bot/README.md``.

``python -m tests.conformance.reasons`` (also run by ``make matrix``) rewrites it.
"""

from __future__ import annotations

from pathlib import Path

from bot.domain.reasons import FAMILIES, Reason, Where
from tests.conformance.tables import table, with_section

BOT_README = Path(__file__).parents[2] / "bot" / "README.md"
REASONS = "reasons"


def reasons_table() -> str:
    """Return the table of reasons; the codes of a family share a row."""
    in_families = {code for family in FAMILIES for code in family.codes}
    rows = [_row(reason.value, reason.sentence, reason.where) for reason in Reason if reason.value not in in_families]
    rows += [_row(family.pattern, family.sentence, Where.EXPOSURE) for family in FAMILIES]
    return table(["reason", "what it means", "where"], rows)


def _row(code: str, sentence: str, where: Where) -> list[str]:
    return [f"`{code}`", sentence, ", ".join(str(each.name).lower() for each in where)]


if __name__ == "__main__":
    BOT_README.write_text(with_section(BOT_README.read_text("utf-8"), REASONS, reasons_table()), "utf-8")
