"""The open tasks of a new provider: steps to write, locators to fill in, pages to record."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from bot.errors import ConfigurationInvalid
from providers.registry import provider_folders, provider_module
from providers.upkeep.recordings import recordings

TODO = "TODO"
"""The placeholder in a new TOML for a missing locator."""

_NOT_WRITTEN = "not_written"


def not_written(step: Callable[..., object], how: str, *given: object) -> ConfigurationInvalid:
    """Return the error of a step that is not written yet; ``given`` are the arguments of the call."""
    file = f"{step.__module__.replace('.', '/')}.py"
    asked = f" (asked for {', '.join(map(str, given))})" if given else ""
    return ConfigurationInvalid(f"{file}: {step.__qualname__} is not written yet{asked}. Here: {how}")


def unwritten_steps(provider: str) -> list[str]:
    """Return the methods of a provider's module that still raise ``not_written``, each with its docstring."""
    tree = ast.parse(provider_module(provider).read_text("utf-8"))
    return [step for each in tree.body if isinstance(each, ast.ClassDef) for step in _unwritten(each)]


def unfilled_locators(provider: str) -> list[str]:
    """Return the keys of a provider's TOML whose locator is still TODO."""
    file = provider_folders(provider).selectors / f"{provider}.toml"
    return list(_places_of_todo(tomllib.loads(file.read_text("utf-8")), ()))


def unrecorded_readings(provider: str) -> list[str]:
    """Return the readings of a provider's TOML without a recorded page, as ``page.reading``."""
    folders = provider_folders(provider)
    recorded = {(each.meta.page, each.meta.reading) for each in recordings(folders.fixtures, provider)}
    pages = tomllib.loads((folders.selectors / f"{provider}.toml").read_text("utf-8"))["pages"]
    readings = [(page, reading) for page, spec in pages.items() for reading in spec.get("readings", {})]
    return [f"{page}.{reading}" for page, reading in readings if (page, reading) not in recorded]


def _unwritten(class_: ast.ClassDef) -> Iterator[str]:
    for method in class_.body:
        raised = [node.exc for node in ast.walk(method) if isinstance(node, ast.Raise)]
        calls = [each for each in raised if isinstance(each, ast.Call) and ast.unparse(each.func) == _NOT_WRITTEN]
        if calls and isinstance(method, ast.AsyncFunctionDef | ast.FunctionDef):
            yield f"{class_.name}.{method.name}: {ast.get_docstring(method)}"


def _places_of_todo(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    match value:
        case str() if value == TODO:
            yield ".".join(path)
        case dict():
            for key, each in value.items():
                yield from _places_of_todo(each, (*path, key))
        case list():
            for position, each in enumerate(value):
                yield from _places_of_todo(each, (*path, str(position)))
