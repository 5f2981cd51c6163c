"""What the documents name exists: files, folders and linked headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

THIS = Path(__file__).resolve()
ROOT = THIS.parents[2]
DOCUMENTS = sorted(
    file for pattern in ("*.md", "bot/**/*.md", "providers/**/*.md", "tests/**/*.md") for file in ROOT.glob(pattern)
)
_PATH = re.compile(r"`((?:bot|providers|selectors|fixtures|tests)/[\w./-]*|(?:[\w-]+/)+[\w-]+\.(?:py|lua|js|toml|md))`")
_LINK = re.compile(r"\]\(((?!https?:)[^)#]*)(?:#([^)]*))?\)")
_NOT_WRITTEN_YET = {"bot/dashboard/", "providers/corner.py", "selectors/corner.toml"}  # by the next who needs it
_MADE_UP = "acme"
_AVOIDED = re.compile(r"\bwhoever\b|(?:\b|_)anew(?:\b|_)|\bmeanwhile\b|\bof no use\b", re.IGNORECASE)


def prose(document: Path) -> str:
    """The text without its blocks of code."""
    return re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def exists(name: str, document: Path) -> bool:
    """Whether a file or folder is there: from the root, beside the document, or in the room that it is about."""
    rooms = (ROOT, document.parent, ROOT / "bot", *(ROOT / "tests" / kind for kind in ("", "integration", "unit")))
    return any((room / name).exists() for room in rooms)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = {name for name in _PATH.findall(prose(document)) if _MADE_UP not in name} - _NOT_WRITTEN_YET
    assert sorted(name for name in named if not exists(name, document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_its_heading(document: Path) -> None:
    broken = []
    for target, heading in _LINK.findall(prose(document)):
        file = document.parent / target if target else document
        if not file.exists() or (heading and heading not in anchors(file)):
            broken.append(f"{target}#{heading}")
    assert broken == []


@pytest.mark.parametrize("folder", ["bot", "providers", "tests"])
def test_no_text_or_name_has_a_word_that_sends_readers_to_a_dictionary(folder: str) -> None:
    sources = (file for kind in ("py", "js", "lua", "toml") for file in (ROOT / folder).rglob(f"*.{kind}"))
    found = [str(file) for file in [*sources, *DOCUMENTS] if file != THIS and _AVOIDED.search(file.read_text("utf-8"))]
    assert found == []


def anchors(document: Path) -> set[str]:
    """The headings of a document as GitHub's links name them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
