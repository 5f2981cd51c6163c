"""The bet box's requests: offers, bet requests, and the status of a ticket."""

from __future__ import annotations

import json
from dataclasses import asdict

from aiohttp import web

from bot.practice.sites.errors import UnknownRecord
from bot.practice.sites.lotus.choices import format_stake
from bot.practice.sites.lotus.history import BetWriter
from bot.practice.sites.lotus.slips import FORCED_LOGOUT, SlipDesk
from bot.practice.sites.lotus.visits import BRAND_PATH, Visit, open_visit
from bot.practice.sites.placement import BetDesk, Delivery, Placement, Refused
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet, BetStatus

_ACCEPTED = 0


class Betting:
    """Answer the requests of the bet box."""

    def __init__(self, site: PracticeSite, desk: BetDesk) -> None:
        self._site = site
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to the view."""
        return [
            web.get(f"{BRAND_PATH}/box", self.box),
            web.post(f"{BRAND_PATH}/bets", self.place),
            web.get(f"{BRAND_PATH}/bets/{{ticket:[0-9]+}}", self.ticket),
        ]

    async def box(self, request: web.Request) -> web.Response:
        """Return the box for a selection, or the empty box without one."""
        visit = open_visit(self._site, request)
        selection = request.query.get("sel")
        if selection is None:
            return _html(visit.fragment("view/box_empty.html"))
        slip = self._slips(visit).slip(selection, moved="refresh" in request.query)
        return _html(visit.fragment("view/box.html", slip=slip, message=_moved(visit) if slip.moved else "", code=""))

    async def place(self, request: web.Request) -> web.Response:
        """Take a bet request and answer as the bet desk says."""
        visit = open_visit(self._site, request)
        slips = self._slips(visit)
        asked = await _read_json(request)
        try:
            bet_request = slips.read_request(asked)
        except (KeyError, ArithmeticError, ValueError):
            raise web.HTTPBadRequest from None
        if bet_request is None:
            return _refusal(visit, slips, asked, slips.incorrect_stake())
        placement = await self._desk.place(bet_request)
        if placement.delivery is Delivery.SILENT:
            await self._site.stopping.wait()
            return web.Response(status=503)
        if isinstance(placement.result, Refused):
            refusal = slips.refusal(placement.result, bet_request)
            if refusal[0] == FORCED_LOGOUT:
                self._site.end_sessions(visit.account.username)
            answer = _refusal(visit, slips, asked, refusal)
        else:
            answer = self._placement_answer(visit, placement)
        self._desk.note_answer(placement)
        return answer

    async def ticket(self, request: web.Request) -> web.Response:
        """Return the current state of one of the account's bets; raises UnknownRecord for any other ticket."""
        visit = open_visit(self._site, request)
        if self._site.faults.take_for_pending(visit.account.username) is not None:
            raise web.HTTPInternalServerError
        bet = self._site.ledger.bet(request.match_info["ticket"])
        if bet.account != visit.account.username:
            raise UnknownRecord("this ticket belongs to another account", field="ticket")
        return self._bet_answer(visit, bet)

    def _placement_answer(self, visit: Visit, placement: Placement) -> web.Response:
        match placement.delivery:
            case Delivery.LOGOUT:
                return web.Response(status=401)
            case Delivery.REDIRECT:
                return web.Response(status=303, headers={"Location": f"/{visit.brand.name}/sports"})
            case Delivery.WITHOUT_TICKET:
                words = visit.brand.texts("box.no_reference")
                return _answer(_ACCEPTED, visit.fragment("view/box_result.html", bet=None), words=words)
            case Delivery.PLAIN if isinstance(placement.result, Bet):
                return self._bet_answer(visit, placement.result)
            case _:
                return web.Response(status=500)

    def _bet_answer(self, visit: Visit, bet: Bet) -> web.Response:
        row = self._writer(visit).row(bet)
        shown = asdict(row) | {"word": _box_word(visit, bet, row.word), "asked": _asked_stake(bet)}
        box = visit.fragment("view/box_result.html", bet=shown)
        words = f"{visit.brand.texts('box.reference')} {bet.ticket}: {shown['word']}"
        return _answer(_ACCEPTED, box, ticket=bet.ticket, status=bet.status, words=words)

    def _writer(self, visit: Visit) -> BetWriter:
        return BetWriter(self._site.ledger.catalogue, visit.brand, visit.style, visit.vocabulary)

    def _slips(self, visit: Visit) -> SlipDesk:
        return SlipDesk(self._site.ledger.catalogue, visit.brand, visit.account, visit.style)


async def _read_json(request: web.Request) -> dict[str, str]:
    try:
        asked = json.loads(await request.text())
    except json.JSONDecodeError:
        raise web.HTTPBadRequest from None
    if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
        raise web.HTTPBadRequest
    return asked


def _refusal(visit: Visit, slips: SlipDesk, asked: dict[str, str], refusal: tuple[int, str]) -> web.Response:
    code, message = refusal
    slip = slips.slip(asked["selection"], stake=asked["stake"])
    return _answer(code, visit.fragment("view/box.html", slip=slip, message=message, code=code), message=message)


def _answer(code: int, box: str, **values: str) -> web.Response:
    return web.json_response({"code": code, "box": box, **values})


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


def _moved(visit: Visit) -> str:
    return visit.brand.texts("box.odds_moved")


def _box_word(visit: Visit, bet: Bet, word: str) -> str:
    is_house_word = visit.vocabulary.word(bet) is None
    return visit.brand.texts("box.rejected") if is_house_word and bet.status is BetStatus.REJECTED else word


def _asked_stake(bet: Bet) -> str:
    return "" if bet.stake == bet.requested_stake else format_stake(bet.requested_stake)
