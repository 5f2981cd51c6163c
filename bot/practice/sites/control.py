"""The control API: accounts, events, faults and settlements by JSON over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.sites.errors import FieldError, SandboxError, UnknownRecord
from bot.practice.sites.faults import FaultOrder
from bot.practice.sites.fields import Fields
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet, BetResult, as_json
from bot.practice.sites.requests import (
    read_account,
    read_event,
    read_fault,
    read_selection_change,
    read_settings,
)

_TICKET = "{ticket:.+}"  # a ticket may hold slashes


def build_control(sites: Mapping[str, PracticeSite]) -> web.Application:
    """Build the control site for these practice sites, keyed by name."""
    control = _Control(sites)
    app = web.Application(middlewares=[_errors_as_json])
    app.add_routes(
        [
            web.get("/health", control.health),
            web.get("/{site}/accounts", control.accounts),
            web.post("/{site}/accounts", control.put_account),
            web.get("/{site}/events", control.events),
            web.post("/{site}/events", control.add_event),
            web.patch("/{site}/events/{event}", control.change_event),
            web.delete("/{site}/events/{event}", control.finish_event),
            web.patch("/{site}/selections/{selection}", control.change_selection),
            web.post("/{site}/selections/{selection}/settle", control.settle_selection),
            web.get("/{site}/bets", control.bets),
            web.post(f"/{{site}}/bets/{_TICKET}/settle", control.settle),
            web.post(f"/{{site}}/bets/{_TICKET}/decide", control.decide),
            web.get("/{site}/faults", control.faults),
            web.post("/{site}/faults", control.order_fault),
            web.delete("/{site}/faults", control.clear_faults),
            web.get("/{site}/journal", control.journal),
            web.patch("/{site}/settings", control.change_settings),
            web.post("/{site}/logout", control.log_out),
        ]
    )
    return app


class _Control:
    def __init__(self, sites: Mapping[str, PracticeSite]) -> None:
        self._sites = sites

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "sites": sorted(self._sites)})

    async def accounts(self, request: web.Request) -> web.Response:
        return _answer(self._site(request).ledger.accounts.all())

    async def put_account(self, request: web.Request) -> web.Response:
        site = self._site(request)
        return _answer(site.put_account(read_account(await Fields.of(request), site.profile)))

    async def events(self, request: web.Request) -> web.Response:
        return _answer(self._site(request).ledger.catalogue.events())

    async def add_event(self, request: web.Request) -> web.Response:
        return _answer(self._site(request).add_event(read_event(await Fields.of(request))))

    async def change_event(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("score")
        return _answer(self._site(request).change_score(request.match_info["event"], fields.text("score")))

    async def finish_event(self, request: web.Request) -> web.Response:
        return _answer(self._site(request).finish_event(request.match_info["event"]))

    async def change_selection(self, request: web.Request) -> web.Response:
        change = read_selection_change(await Fields.of(request))
        return _answer(self._site(request).change_selection(request.match_info["selection"], change))

    async def settle_selection(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("outcome")
        result = fields.word("outcome", BetResult)
        bets = self._site(request).settle_selection(request.match_info["selection"], result)
        return _answer(bets)

    async def bets(self, request: web.Request) -> web.Response:
        return _answer(self._site(request).ledger.bets(account=request.query.get("account")))

    async def settle(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("outcome", "payout")
        bet = self._site(request).settle(
            request.match_info["ticket"],
            fields.word("outcome", BetResult),
            fields.optional_payment("payout"),
        )
        return _answer(bet)

    async def decide(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("accept", "reason")
        return _answer(_decide(self._site(request), request.match_info["ticket"], fields))

    async def faults(self, request: web.Request) -> web.Response:
        return web.json_response([_fault_as_json(order) for order in self._site(request).faults])

    async def order_fault(self, request: web.Request) -> web.Response:
        site = self._site(request)
        order = site.order_fault(read_fault(await Fields.of(request), site.profile))
        return web.json_response(_fault_as_json(order))

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._site(request).faults.clear()
        return web.json_response({})

    async def journal(self, request: web.Request) -> web.Response:
        return _answer(self._site(request).ledger.journal.rows())

    async def change_settings(self, request: web.Request) -> web.Response:
        site = self._site(request)
        site.change_settings(read_settings(await Fields.of(request), site.settings, site.profile.switches))
        return web.json_response(site.settings.values())

    async def log_out(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("username")
        return web.json_response({"ended": self._site(request).end_sessions(fields.optional_text("username"))})

    def _site(self, request: web.Request) -> PracticeSite:
        name = request.match_info["site"]
        if name not in self._sites:
            raise UnknownRecord(f"there is no practice site {name!r}", field="site")
        return self._sites[name]


def _decide(site: PracticeSite, ticket: str, fields: Fields) -> Bet:
    if fields.flag("accept"):
        return site.accept(ticket)
    return site.reject(ticket, fields.optional_text("reason") or "Rejected by trader")


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
