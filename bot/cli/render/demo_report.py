"""The end of the demonstration: a table for people, one JSON object for programs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.cli.render.wording import DASH, state_text
from bot.domain.money import Money
from bot.domain.pair import Role
from bot.practice.demo.judgement import JudgedPair, Judgement
from bot.practice.demo.stage import Folder


def as_json(judgement: Judgement, seconds: float) -> dict[str, Any]:
    """Describe the result as a program reads it: amounts are numbers, ``truth`` is ``match`` or ``differs``."""
    truth = "match" if judgement.truth_matches else "differs"
    return {"demo": {"pairs": [_pair(p) for p in judgement.pairs], "truth": truth, "seconds": round(seconds, 1)}}


def as_text(judgement: Judgement, problems: Sequence[str], events: int, folder: Folder) -> list[RenderableType]:
    """Draw the result for a person: what each pair came to, what the bookmakers say, where to look further."""
    return [
        _table(judgement),
        *_about_truth(judgement),
        *_about_stories(judgement),
        *_about_events(problems, events),
        "",
        f"Pages kept as evidence  {folder.evidence}",
        f"Log of the worker       {folder.worker_log}",
        f"Bookmakers' ledgers     {folder.bookmakers}",
        f"Configuration           {folder.config}",
    ]


def _pair(judged: JudgedPair) -> dict[str, Any]:
    return {
        "pair": judged.story.pair,
        "verdict": judged.state,
        "reason": judged.reason,
        "expected_pnl": _number(judged.expected_pnl),
        "actual_pnl": _number(judged.actual_pnl),
        "positive_ticket": judged.ticket(Role.POSITIVE),
        "hedge_ticket": judged.ticket(Role.HEDGE),
    }


def _number(money: Money | None) -> float | None:
    return None if money is None else float(money.amount)


def _table(judgement: Judgement) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        header_style="bold",
        pad_edge=False,
        caption="Amounts in EUR: expected, on record, and paid by the bookmakers.",
    )
    table.caption_justify, table.caption_style = "left", "dim"
    table.add_column("Pair", no_wrap=True)
    table.add_column("Verdict and reason", overflow="fold", min_width=len("EXPOSURE_EVENT"))
    for column in ("Expected", "Actual", "Paid"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("Tickets", no_wrap=True)
    for judged in judgement.pairs:
        table.add_row(
            Text.assemble(judged.story.title, "\n", (judged.story.pair, "dim")),
            Text.assemble(_verdict(judged), "\n", (judged.reason or DASH, "dim")),
            _amount(judged.expected_pnl.amount if judged.expected_pnl else None),
            _amount(judged.actual_pnl.amount if judged.actual_pnl else None),
            Text.assemble(_amount(judged.true_pnl), ("\ndiffers", "bold red") if judged.differences else ""),
            "\n".join(judged.ticket(role) or DASH for role in Role),
        )
    return table


def _verdict(judged: JudgedPair) -> Text:
    return state_text(judged.pair.state) if judged.pair else Text(judged.state, "bold red")


def _amount(amount: Decimal | None) -> Text:
    if amount is None:
        return Text("open", "bold magenta")
    return Text(f"{amount:+.2f}" if amount else "0.00", "green" if amount > 0 else "red" if amount < 0 else "")


def _about_truth(judgement: Judgement) -> list[Text]:
    if judgement.truth_matches:
        return [_good("The bookmakers' own ledgers hold exactly these bets, and paid exactly these amounts.")]
    differences = [
        f"{judged.story.pair}: {difference}" for judged in judgement.pairs for difference in judged.differences
    ]
    lines = [Text(f"  {line}") for line in [*differences, *judgement.strays]]
    return [_bad("The bookmakers' own ledgers say otherwise:"), *lines]


def _about_stories(judgement: Judgement) -> list[Text]:
    if judgement.as_expected:
        return [_good("Every pair ended as its story says.")]
    surprises = [f"{judged.story.pair}: {surprise}" for judged in judgement.pairs for surprise in judged.surprises]
    return [_bad("Not every pair ended as its story says:"), *(Text(f"  {line}") for line in surprises)]


def _about_events(problems: Sequence[str], events: int) -> list[Text]:
    if not problems:
        return [_good(f"All {events} events reached the webhook, and every signature was valid.")]
    return [_bad("The webhook did not get all events:"), *(Text(f"  {problem}") for problem in problems)]


def _good(sentence: str) -> Text:
    return Text.assemble(("✓ ", "bold green"), sentence)


def _bad(sentence: str) -> Text:
    return Text.assemble(("✗ ", "bold red"), (sentence, "bold"))
