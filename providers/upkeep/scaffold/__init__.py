"""Create the files of a new provider: copies of the blank ones under the new name."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from bot.errors import ConfigurationInvalid

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_CONTRACT = re.compile(r'(name = "No provider knows another[^\n]*\n(?:[^\n]*\n)*?layers = \[\n\s*")([^"\n]*)(",)')
_FILES = {
    "blank.py": "providers/{name}.py",
    "blank.toml": "selectors/{name}.toml",
    "test_blank.py.txt": "tests/unit/providers/test_{name}.py",
}


def create_provider(name: str, root: Path = _ROOT) -> list[Path]:
    """Write the files of a new provider, which lacks only locators, a few steps and recordings; return the files.

    The provider is also added to the import contract in ``pyproject.toml``, which is among the files returned. Raises
    ConfigurationInvalid, and writes nothing, if the name is invalid or taken, or if ``root`` is not a checkout.
    """
    contract = _with_name_in_contract(name, _checked_root(name, root))
    files = {root / target.format(name=name): _renamed(_HERE / blank, name) for blank, target in _FILES.items()}
    for file in files:
        if file.exists():
            raise ConfigurationInvalid(f"NAME: {file} already exists, and no file is overwritten")
    fixtures = root / "fixtures" / name
    fixtures.mkdir(parents=True, exist_ok=True)
    files[fixtures / "README.md"] = _ABOUT_FIXTURES.format(name=name)
    files[root / "pyproject.toml"] = contract
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return list(files)


_ABOUT_FIXTURES = """\
This folder holds the recorded pages of {name}, each in its own folder below its page. Record one with

    pairguard record ACCOUNT PAGE/CASE --reading READING --headed

and delete this file once the first one is recorded.
"""


def _checked_root(name: str, root: Path) -> str:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ConfigurationInvalid(
            f"NAME: {name!r} must be 2 to 31 lower-case letters, digits and underscores, start with a letter, "
            "and not be a Python keyword"
        )
    if (root / "providers" / name).exists():
        raise ConfigurationInvalid(f"NAME: {name!r} is part of the kit in providers/")
    try:
        return (root / "pyproject.toml").read_text("utf-8")
    except FileNotFoundError:
        raise ConfigurationInvalid(
            f"a new provider is written into a checkout of Pairguard, but {root} is not one; "
            "a separate package declares an entry point in the group pairguard.providers instead"
        ) from None


def _with_name_in_contract(name: str, pyproject: str) -> str:
    contract = _CONTRACT.search(pyproject)
    if contract is None:
        raise ConfigurationInvalid("pyproject.toml: the import contract 'No provider knows another' is missing")
    names = sorted({*contract[2].split(" | "), f"({name})"})
    return f"{pyproject[: contract.start(2)]}{' | '.join(names)}{pyproject[contract.end(2) :]}"


def _renamed(blank: Path, name: str) -> str:
    title = "".join(part.capitalize() for part in name.split("_"))
    return blank.read_text("utf-8").replace("Blank", title).replace("blank", name)
