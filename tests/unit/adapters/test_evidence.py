from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from loguru import logger
from pydantic import SecretStr

from bot.adapters.evidence import EvidenceFolder
from bot.adapters.masking import register_secret
from bot.ports.bookmaker import PageSnapshot

TAKEN_AT = datetime(2025, 3, 1, 19, 30, 5, 250_000, tzinfo=timezone(timedelta(hours=7)))
PAGE = PageSnapshot("https://harbour.example/#/event/17", "<p>Cược đã nhận ⚽</p>", TAKEN_AT)


def text_of(page: str) -> str:
    return Path(page).read_text(encoding="utf-8")


def description_of(page: str) -> Any:
    return json.loads(text_of(page.removesuffix(".html") + ".json"))


async def test_a_snapshot_becomes_a_page_and_its_description(tmp_path: Path) -> None:
    where = await EvidenceFolder(tmp_path).keep("pair-7", "positive-slip", PAGE)

    assert where == str(tmp_path / "evidence/pair-7/20250301T123005.250000Z-positive-slip.html")
    assert text_of(where) == PAGE.html
    about = description_of(where)
    assert about == {"url": PAGE.url, "taken_at": "2025-03-01T12:30:05.250000+00:00", "label": "positive-slip"}
    assert datetime.fromisoformat(about["taken_at"]) == TAKEN_AT


async def test_snapshots_of_a_pair_lie_together_in_the_order_they_were_taken(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path)
    for label, seconds in (("positive-slip", 1), ("hedge-slip", 2), ("positive-receipt", 30)):
        await folder.keep("pair-7", label, PageSnapshot(PAGE.url, PAGE.html, TAKEN_AT + timedelta(seconds=seconds)))

    names = sorted(path.name for path in (tmp_path / "evidence/pair-7").glob("*.html"))
    assert [name.split("-", 1)[1] for name in names] == [
        "positive-slip.html",
        "hedge-slip.html",
        "positive-receipt.html",
    ]


async def test_evidence_is_for_its_owner_only_and_nothing_else_is_left(tmp_path: Path) -> None:
    await EvidenceFolder(tmp_path).keep("pair-7", "positive-slip", PAGE)

    kept = sorted((tmp_path / "evidence/pair-7").iterdir())
    assert [path.suffix for path in kept] == [".html", ".json"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600, 0o600]
    assert stat.S_IMODE(kept[0].parent.stat().st_mode) == 0o700


async def test_secrets_do_not_get_into_evidence(tmp_path: Path) -> None:
    register_secret(SecretStr('Tr0ub4dor&"3'))
    snapshot = PageSnapshot(
        "https://user:pw@view.example/bets?token=0f3c-one-time&page=2",
        '<input value="Tr0ub4dor&amp;&quot;3"><p>Tr0ub4dor&amp;"3 Tr0ub4dor&"3</p>',
        TAKEN_AT,
    )

    page = await EvidenceFolder(tmp_path).keep("pair-7", "history", snapshot)

    assert text_of(page) == '<input value="[secret]"><p>[secret] [secret]</p>'
    assert description_of(page)["url"] == "https://view.example/bets?token=&page="


async def test_a_page_with_broken_text_is_kept_all_the_same(tmp_path: Path) -> None:
    snapshot = PageSnapshot(PAGE.url, "half a smiley: \ud83d", datetime(2025, 3, 1, tzinfo=UTC))

    page = await EvidenceFolder(tmp_path).keep("pair-7", "history", snapshot)

    assert text_of(page) == "half a smiley: ?"


async def test_a_disk_that_does_not_take_it_is_a_warning_and_no_error(tmp_path: Path) -> None:
    warnings: list[str] = []
    sink = logger.add(lambda message: warnings.append(str(message)), level="WARNING")
    (tmp_path / "evidence").write_text("a file where the folder should be")

    assert await EvidenceFolder(tmp_path).keep("pair-7", "positive-slip", PAGE) == ""

    logger.remove(sink)
    assert "page positive-slip of pair pair-7 could not be kept" in warnings[0]


@pytest.mark.parametrize("name", ["", ".", "..", "../7", "a/b", "a\\b", "a b", "a\n", "a:b", "x" * 65])
async def test_what_is_no_plain_file_name_is_refused(tmp_path: Path, name: str) -> None:
    folder = EvidenceFolder(tmp_path)

    with pytest.raises(ValueError, match="cannot name"):
        await folder.keep(name, "positive-slip", PAGE)
    with pytest.raises(ValueError, match="cannot name"):
        await folder.keep("pair-7", name, PAGE)
