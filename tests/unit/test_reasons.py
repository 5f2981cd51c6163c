"""Every reason comes from the enum: no bare code in Python, no unknown one in Lua or TOML, none that nothing gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.reasons import FAMILIES, Reason, Where

ROOT = Path(__file__).resolve().parents[2]
LUA = sorted((ROOT / "bot" / "adapters" / "lua").glob("*.lua"))
TOML = sorted((ROOT / "selectors").glob("*.toml"))

_ENUM = "bot/domain/reasons.py"
_WORDS_OF_THEIR_OWN = "bot/practice/sites"

_HOMONYMS = {
    "bot/cli/application.py": "the names of commands",
    "bot/config/risk.py": "the names of settings",
    "bot/config/settings.py": "the names of settings",
    "bot/domain/breaker.py": "the values of enums of its own",
    "bot/domain/halt.py": "the values of an enum of its own",
    "bot/domain/placement.py": "the values of an enum of its own",
    "bot/domain/reconciliation.py": "the status of a leg without a bet",
    "bot/domain/rounding.py": "the name of a field",
    "bot/services/diagnosis.py": "the name of a finding",
    "providers/frontier.py": "the names of nodes",
    "providers/harbour.py": "the names of nodes",
    "providers/kit/pages/bookmaker.py": "the name of a node",
    "providers/kit/pages/slip.py": "the name of a node",
}
"""Files in which a code is also a word for something else. Where a reason is expected, it is found even there."""

_CALLS = {
    "CannotArm": 0,
    "Cap": 0,
    "ControlRefusal": 0,
    "EmergencyDeclared": 0,
    "Ending": 1,
    "LegRejected": 1,
    "PairBlocked": 0,
    "PairExposed": 0,
    "PairFailed": 0,
    "Rate": 0,
    "Rejected": 0,
    "ReservationRefused": 0,
    "SessionUnusable": 0,
    "Verdict": 1,
}
"""Which argument is the reason, by the name of what is made."""

_NAMES = frozenset({"control", "reason", "state"})
_STATUSES = frozenset(
    {"done", "forbidden", "frozen", "limited", "lost", "mine", "moved", "new", "reserved", "set_back"}
)
"""Words by which a script says how it went, where that is no reason."""

_REPLY = re.compile(r"return\s*\{?\s*'([^']*)'\s*,")
_CODES = frozenset(reason.value for reason in Reason)


def bare_reasons(source: str, *, has_homonyms: bool = False) -> set[str]:
    """Find texts where a reason is expected and, unless they may be homonyms, codes anywhere else."""
    tree = ast.parse(source)
    expected = {each.value for node in ast.walk(tree) for each in _where_expected(node)}
    elsewhere = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} & _CODES
    return {str(each) for each in expected | (set() if has_homonyms else elsewhere)}


def _where_expected(node: ast.AST) -> Iterator[ast.Constant]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _CALLS:
            yield from _texts(node.args[_CALLS[name] : _CALLS[name] + 1])
            yield from _texts([keyword.value for keyword in node.keywords if keyword.arg in _NAMES])
        case ast.Compare(left=left, comparators=others) if any(_is_reason(each) for each in (left, *others)):
            yield from _texts([left, *others])
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=patterns):
            chosen = [each for name, each in zip(names, patterns, strict=True) if name in _NAMES]
            yield from _texts([each.value for each in chosen if isinstance(each, ast.MatchValue)])


def _is_reason(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "reason"


def _texts(nodes: list[ast.expr]) -> Iterator[ast.Constant]:
    """Yield the texts that an expression may be, without those that it only looks something up by."""
    for node in nodes:
        match node:
            case ast.Constant(value=str()):
                yield node
            case ast.JoinedStr():
                yield ast.Constant(ast.unparse(node))
            case ast.IfExp(body=body, orelse=other):
                yield from _texts([body, other])
            case ast.BoolOp(values=values):
                yield from _texts(values)
            case ast.Set(elts=elements) | ast.Tuple(elts=elements) | ast.List(elts=elements):
                yield from _texts(elements)


def unknown_replies(script: str) -> set[str]:
    """Find what a script answers with that is neither a reason nor a status."""
    return set(_REPLY.findall(script)) - _CODES - _STATUSES


def _program() -> list[str]:
    files = [file.relative_to(ROOT) for folder in ("bot", "providers") for file in (ROOT / folder).rglob("*.py")]
    return sorted(str(file) for file in files if str(file) != _ENUM and not file.is_relative_to(_WORDS_OF_THEIR_OWN))


def _read(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("file", _program())
def test_no_reason_is_a_bare_text(file: str) -> None:
    assert bare_reasons(_read(file), has_homonyms=file in _HOMONYMS) == set()


@pytest.mark.parametrize("file", sorted(_HOMONYMS))
def test_every_file_with_homonyms_has_some(file: str) -> None:
    assert bare_reasons(_read(file))


@pytest.mark.parametrize("script", LUA, ids=lambda file: file.name)
def test_a_script_answers_with_a_reason_or_a_status(script: Path) -> None:
    assert unknown_replies(script.read_text("utf-8")) == set()


def test_what_a_script_refuses_a_reservation_for_can_block_a_pair() -> None:
    replies = {code for script in LUA for code in _REPLY.findall(script.read_text("utf-8"))}
    reasons = {Reason(code) for code in replies - _STATUSES}
    assert {Reason.COOLDOWN, Reason.HALTED, Reason.BREAKER_OPEN} <= reasons
    assert all(Where.BLOCKED in reason.where for reason in reasons)


def test_every_reason_is_given_somewhere() -> None:
    by_name = "\n".join(_read(file) for file in _program())
    by_code = "\n".join([by_name, *(file.read_text("utf-8") for file in (*LUA, *TOML))])
    in_families = {code for family in FAMILIES for code in family.codes}
    made = {f"{role}_page_unusable" for role in ("positive", "hedge")} | in_families
    never = [
        reason.value
        for reason in Reason
        if not re.search(rf"\bReason\.{reason.name}\b", by_name)
        and not re.search(rf"""["']{reason.value}["']""", by_code)
        and reason.value not in made
    ]
    assert never == []


@pytest.mark.parametrize(
    "source",
    [
        'PairFailed("interrupted", "the worker stopped")',
        'changes.PairBlocked("cooldown")',
        'PairBlocked(reason="never_heard_of")',
        'LegRejected(role, "declined")',
        'raise CannotArm("never_heard_of")',
        'CannotArm("slip_gone" if gone else Reason.SLIP_CHANGED)',
        'PairFailed(error.reason or "declined")',
        'PairFailed(f"{role}_page_unusable")',
        'pair.reason == "cooldown"',
        'pair.reason in {"halted", Reason.REVIEW_PENDING}',
        'match change:\n    case PairBlocked(reason="cooldown"): pass',
        'SETS = frozenset({"halted", "review_pending"})',
        'COVERED = "button_covered"',
        'def why() -> str:\n    return "slip_gone"',
    ],
)
def test_a_bare_reason_is_found(source: str) -> None:
    assert bare_reasons(source)


@pytest.mark.parametrize(
    "source",
    [
        "PairFailed(Reason.INTERRUPTED, 'the worker stopped')",
        "CannotArm(row.get('reason', Reason), 'not now')",
        "LegUnknown(role, 'no answer within 30 s')",
        "pair.state == 'received'",
    ],
)
def test_what_is_no_bare_reason_is_not(source: str) -> None:
    assert bare_reasons(source) == set()


def test_a_homonym_is_found_where_a_reason_is_expected() -> None:
    assert bare_reasons("nodes = {'closed'}\nRejected('closed')", has_homonyms=True) == {"closed"}
    assert bare_reasons("nodes = {'closed'}", has_homonyms=True) == set()


def test_an_unknown_reply_of_a_script_is_found() -> None:
    assert unknown_replies("if x then\n  return { 'never_heard_of', x }\nend\nreturn { 'reserved' }") == {
        "never_heard_of"
    }
