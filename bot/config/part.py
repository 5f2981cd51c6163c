"""The base of every table of the configuration."""

from __future__ import annotations

from typing import NoReturn

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A table: frozen, without unknown keys, and never quoted in an error, since a value may be secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def refuse(key: str, problem: str) -> NoReturn:
    """Refuse what only several keys together show to be wrong; the error names ``key``."""
    raise PydanticCustomError("settings", "{problem}", {"problem": problem, "key": key})
