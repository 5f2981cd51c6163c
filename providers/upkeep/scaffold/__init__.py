"""The files that a new provider begins with, each a copy of a blank one under the new name."""

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
    """Write a provider that has everything but its locators, its few steps and its recordings; return the files.

    It is also entered into the import contract of ``pyproject.toml``, which is among the files returned. Raises
    ConfigurationInvalid for a name that cannot be one or is taken, and where there is no checkout to write to; then
    nothing is written.
    """
    contract = _with_name_in_contract(name, _checked_root(name, root))
    files = {root / target.format(name=name): _renamed(_HERE / blank, name) for blank, target in _FILES.items()}
    for file in files:
        if file.exists():
            raise ConfigurationInvalid(f"NAME: {file} is there already, and nothing is written over it")
    fixtures = root / "fixtures" / name
    fixtures.mkdir(parents=True, exist_ok=True)
    files[fixtures / "README.md"] = _ABOUT_FIXTURES.format(name=name)
    files[root / "pyproject.toml"] = contract
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return list(files)


_ABOUT_FIXTURES = """\
Recorded pages of {name} come here, each in a folder of its own below its page. Record one by

    pairguard record ACCOUNT PAGE/CASE --reading READING --headed

and take this note away once the first is here.
"""


def _checked_root(name: str, root: Path) -> str:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ConfigurationInvalid(
            f"NAME: {name!r} must be 2 to 31 small letters, digits and underscores, begin with a letter, "
            "and be no word of Python"
        )
    if (root / "providers" / name).exists():
        raise ConfigurationInvalid(f"NAME: {name!r} is a part of the kit in providers/")
    try:
        return (root / "pyproject.toml").read_text("utf-8")
    except FileNotFoundError:
        raise ConfigurationInvalid(
            f"a new provider is written into a checkout of Pairguard, and {root} is none; "
            "a package of your own declares an entry point in the group pairguard.providers instead"
        ) from None


def _with_name_in_contract(name: str, pyproject: str) -> str:
    contract = _CONTRACT.search(pyproject)
    if contract is None:
        raise ConfigurationInvalid("pyproject.toml: the import contract 'No provider knows another' is not to be found")
    names = sorted({*contract[2].split(" | "), f"({name})"})
    return f"{pyproject[: contract.start(2)]}{' | '.join(names)}{pyproject[contract.end(2) :]}"


def _renamed(blank: Path, name: str) -> str:
    title = "".join(part.capitalize() for part in name.split("_"))
    return blank.read_text("utf-8").replace("Blank", title).replace("blank", name)
