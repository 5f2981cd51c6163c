"""The base of every table of the configuration."""

from __future__ import annotations

from typing import NoReturn

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A table: frozen and without unknown keys. Errors never quote its values, since one may be secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def refuse(key: str, problem: str) -> NoReturn:
    """Refuse keys that do not fit together; the error names ``key``."""
    raise PydanticCustomError("settings", "{problem}", {"problem": problem, "key": key})
