"""Whether an event is as its schema says; it knows as much of JSON Schema as the schemas of events use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.event_schema import event_schema, events_schema
from bot.domain.events import EventType

_KINDS = {"boolean": bool, "string": str, "integer": int, "object": dict, "array": list, "null": type(None)}
_KNOWN = {
    "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "format", "items", "minimum", "oneOf",
    "pattern", "properties", "required", "type",
}  # fmt: skip
_LEG = events_schema()["$defs"]["leg"]


def misfits(kind: EventType, data: Mapping[str, Any]) -> list[str]:
    """Return what of an event's data is not as its schema says."""
    return list(_misfits(data, event_schema(kind)["properties"]["data"], kind.value))


def _misfits(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    assert schema.keys() <= _KNOWN, schema.keys() - _KNOWN
    if "$ref" in schema:
        yield from _misfits(value, _LEG, path)
        return
    alternatives = schema.get("anyOf", schema.get("oneOf"))
    if alternatives and all(list(_misfits(value, each, path)) for each in alternatives):
        yield f"{path}: {value!r} is none of what it may be"
    if "const" in schema and value != schema["const"]:
        yield f"{path}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is not listed"
    if "type" in schema and not isinstance(value, _KINDS[schema["type"]]):
        yield f"{path}: {value!r} is no {schema['type']}"
    elif "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: {value!r} does not match {schema['pattern']}"
    elif schema.get("type") == "array":
        yield from (misfit for each in value for misfit in _misfits(each, schema["items"], f"{path}[]"))
    elif schema.get("type") == "object":
        yield from _misfits_of_object(value, schema, path)


def _misfits_of_object(value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> Iterator[str]:
    properties = schema["properties"]
    yield from (f"{path}: {name} is missing" for name in schema["required"] if name not in value)
    yield from (f"{path}: {name} is no field of it" for name in value.keys() - properties.keys())
    for name in value.keys() & properties.keys():
        yield from _misfits(value[name], properties[name], f"{path}.{name}")
