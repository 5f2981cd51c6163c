"""A port that records calls before it passes them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

Port = TypeVar("Port")


def noted(port: Port, name: str, calls: list[str]) -> Port:
    """Return a port that behaves as another and appends each call as ``name.method`` to a list that ports may share."""
    return cast("Port", _Noted(port, name, calls))


class _Noted:
    def __init__(self, port: object, name: str, calls: list[str]) -> None:
        self._port, self._name, self._calls = port, name, calls

    def __getattr__(self, method: str) -> Any:
        attribute = getattr(self._port, method)
        return self._noting(method, attribute) if callable(attribute) else attribute

    def _noting(self, method: str, attribute: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self._calls.append(f"{self._name}.{method}")
            return attribute(*args, **named)

        return call
