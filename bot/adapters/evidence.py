"""Kept pages: snapshots stored as files that a person can open."""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from loguru import logger

from bot.adapters.masking import masked
from bot.errors import ConfigurationInvalid
from bot.ports.bookmaker import PageSnapshot

_SAFE_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class EvidenceFolder:
    """Keep pages under ``<data_dir>/evidence/<pair>/``, readable by their owner only.

    Each page becomes ``<UTC time>-<label>.html`` and a ``.json`` with url, taken_at and label. A file is written whole
    or not at all. Registered secrets are masked. The values in the URL's query are removed, since sites pass tokens
    there.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "evidence"

    async def keep(self, pair_id: str, label: str, snapshot: PageSnapshot) -> str:
        """Store a snapshot and return the path of its HTML file.

        Returns "" and logs a warning for a full or broken disk, because placing must go on without the kept page.
        Raises ValueError for a pair id or label that is no plain file name.
        """
        page = self._folder / _plain_name(pair_id) / f"{_moment(snapshot)}-{_plain_name(label)}.html"
        try:
            await asyncio.to_thread(_write_both, page, label, snapshot)
        except OSError as error:
            logger.warning("page {} of pair {} could not be kept: {}", label, pair_id, error)
            return ""
        return str(page)


def read_evidence(page: Path) -> PageSnapshot:
    """Return a kept page with its address and time; raises ConfigurationInvalid for any other file."""
    about = page.with_suffix(".json")
    try:
        facts = json.loads(about.read_text("utf-8"))
        return PageSnapshot(facts["url"], page.read_text("utf-8"), datetime.fromisoformat(facts["taken_at"]))
    except OSError as error:
        raise ConfigurationInvalid(f"{error.filename}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigurationInvalid(f"{about}: lacks the url and taken_at of a kept page") from None


def _plain_name(name: str) -> str:
    if name in (".", "..") or not _SAFE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a kept page")
    return name


def _moment(snapshot: PageSnapshot) -> str:
    return snapshot.taken_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _write_both(page: Path, label: str, snapshot: PageSnapshot) -> None:
    page.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = {
        "url": masked(_without_query_values(snapshot.url)),
        "taken_at": snapshot.taken_at.astimezone(UTC).isoformat(),
        "label": label,
    }
    _write(page.with_suffix(".json"), json.dumps(about, indent=2, ensure_ascii=False) + "\n")
    _write(page, masked(snapshot.html))


def _without_query_values(url: str) -> str:
    parts = urlsplit(url)
    names = urlencode([(name, "") for name, _ in parse_qsl(parts.query, keep_blank_values=True)])
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=names))


def _write(path: Path, text: str) -> None:
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")  # mode 0600
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no path
            file.write(text.encode("utf-8", errors="replace"))
        os.replace(unfinished, path)  # noqa: PTH105 - mkstemp speaks str
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
