"""The control API: accounts, events, faults and settlements by JSON over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.sites.book import Book
from bot.practice.sites.errors import FieldError, SandboxError, UnknownRecord
from bot.practice.sites.faults import FaultOrder
from bot.practice.sites.fields import Fields
from bot.practice.sites.records import Bet, BetResult, as_json
from bot.practice.sites.requests import (
    read_account,
    read_event,
    read_fault,
    read_selection_change,
    read_settings,
)

_TICKET = "{ticket:.+}"  # a ticket may hold slashes


def build_control(books: Mapping[str, Book]) -> web.Application:
    """Build the control site for these practice sites, keyed by name."""
    control = _Control(books)
    app = web.Application(middlewares=[_errors_as_json])
    app.add_routes(
        [
            web.get("/health", control.health),
            web.get("/{book}/accounts", control.accounts),
            web.post("/{book}/accounts", control.put_account),
            web.get("/{book}/events", control.events),
            web.post("/{book}/events", control.add_event),
            web.patch("/{book}/events/{event}", control.change_event),
            web.delete("/{book}/events/{event}", control.finish_event),
            web.patch("/{book}/selections/{selection}", control.change_selection),
            web.post("/{book}/selections/{selection}/settle", control.settle_selection),
            web.get("/{book}/bets", control.bets),
            web.post(f"/{{book}}/bets/{_TICKET}/settle", control.settle),
            web.post(f"/{{book}}/bets/{_TICKET}/decide", control.decide),
            web.get("/{book}/faults", control.faults),
            web.post("/{book}/faults", control.order_fault),
            web.delete("/{book}/faults", control.clear_faults),
            web.get("/{book}/journal", control.journal),
            web.patch("/{book}/settings", control.change_settings),
            web.post("/{book}/logout", control.log_out),
        ]
    )
    return app


class _Control:
    def __init__(self, books: Mapping[str, Book]) -> None:
        self._books = books

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "books": sorted(self._books)})

    async def accounts(self, request: web.Request) -> web.Response:
        return _answer(self._book(request).ledger.accounts.all())

    async def put_account(self, request: web.Request) -> web.Response:
        book = self._book(request)
        return _answer(book.put_account(read_account(await Fields.of(request), book.profile)))

    async def events(self, request: web.Request) -> web.Response:
        return _answer(self._book(request).ledger.catalogue.events())

    async def add_event(self, request: web.Request) -> web.Response:
        return _answer(self._book(request).add_event(read_event(await Fields.of(request))))

    async def change_event(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("score")
        return _answer(self._book(request).change_score(request.match_info["event"], fields.text("score")))

    async def finish_event(self, request: web.Request) -> web.Response:
        return _answer(self._book(request).finish_event(request.match_info["event"]))

    async def change_selection(self, request: web.Request) -> web.Response:
        change = read_selection_change(await Fields.of(request))
        return _answer(self._book(request).change_selection(request.match_info["selection"], change))

    async def settle_selection(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("outcome")
        result = fields.word("outcome", BetResult)
        bets = self._book(request).settle_selection(request.match_info["selection"], result)
        return _answer(bets)

    async def bets(self, request: web.Request) -> web.Response:
        return _answer(self._book(request).ledger.bets(account=request.query.get("account")))

    async def settle(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("outcome", "payout")
        bet = self._book(request).settle(
            request.match_info["ticket"],
            fields.word("outcome", BetResult),
            fields.optional_payment("payout"),
        )
        return _answer(bet)

    async def decide(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("accept", "reason")
        return _answer(_decide(self._book(request), request.match_info["ticket"], fields))

    async def faults(self, request: web.Request) -> web.Response:
        return web.json_response([_fault_as_json(order) for order in self._book(request).faults])

    async def order_fault(self, request: web.Request) -> web.Response:
        book = self._book(request)
        order = book.order_fault(read_fault(await Fields.of(request), book.profile))
        return web.json_response(_fault_as_json(order))

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._book(request).faults.clear()
        return web.json_response({})

    async def journal(self, request: web.Request) -> web.Response:
        return _answer(self._book(request).ledger.journal.rows())

    async def change_settings(self, request: web.Request) -> web.Response:
        book = self._book(request)
        book.change_settings(read_settings(await Fields.of(request), book.settings, book.profile.switches))
        return web.json_response(book.settings.values())

    async def log_out(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("username")
        return web.json_response({"ended": self._book(request).end_sessions(fields.optional_text("username"))})

    def _book(self, request: web.Request) -> Book:
        name = request.match_info["book"]
        if name not in self._books:
            raise UnknownRecord(f"there is no practice site {name!r}", field="book")
        return self._books[name]


def _decide(book: Book, ticket: str, fields: Fields) -> Bet:
    if fields.flag("accept"):
        return book.accept(ticket)
    return book.reject(ticket, fields.optional_text("reason") or "Rejected by trader")


def _fault_as_json(order: FaultOrder) -> dict[str, object]:
    given: dict[str, object] = as_json(order)
    return {name: value for name, value in given.items() if value is not None}


def _answer(value: object) -> web.Response:
    return web.json_response(as_json(value))


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except SandboxError as error:
        return web.json_response({"error": error.message, "field": error.field}, status=_status(error))


def _status(error: SandboxError) -> int:
    if isinstance(error, UnknownRecord):
        return 404
    if isinstance(error, FieldError):
        return 400
    return 409
