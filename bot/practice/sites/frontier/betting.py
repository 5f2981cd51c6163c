"""The steps from a chosen price to a receipt: slip, confirmation, placing, receipt; each is a separate page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from aiohttp import web

from bot.practice.sites.errors import UnknownRecord
from bot.practice.sites.frontier.history import BetWriter
from bot.practice.sites.frontier.pages import notice, see_other
from bot.practice.sites.frontier.slips import HOUSE_MINIMUM, Asked, SlipDesk, Trouble, new_slip_id, to_win
from bot.practice.sites.frontier.visits import Visit, open_visit
from bot.practice.sites.placement import BetDesk, Delivery, OddsChanges, Placement, Refused
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet

_MODES = {
    OddsChanges.NEVER: "Never accept a changed line",
    OddsChanges.BETTER: "Accept better lines only",
    OddsChanges.ANY: "Accept any line",
}


@dataclass(frozen=True, slots=True)
class _Receipt:
    """Hold the owner of a receipt and its ticket (None: the receipt names no ticket)."""

    username: str
    ticket: str | None


class Betting:
    """Answer slip, confirmation and receipt pages."""

    def __init__(self, site: PracticeSite, desk: BetDesk) -> None:
        self._site = site
        self._desk = desk
        self._receipts: dict[str, _Receipt] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to the site."""
        return [
            web.get("/slip", self.slip),
            web.post("/slip/acceptance", self.change_acceptance),
            web.post("/slip/review", self.review),
            web.post("/slip/place", self.place),
            web.get("/receipt/{receipt}", self.receipt),
        ]

    async def slip(self, request: web.Request) -> web.Response:
        """Show the slip of the chosen selection."""
        visit = open_visit(self._site, request)
        return _slip_page(visit, self._slips(visit), request.query.get("sel", ""), request.query.get("risk", ""))

    async def change_acceptance(self, request: web.Request) -> web.Response:
        """Store the acceptance mode in the account, and show the slip again."""
        visit = open_visit(self._site, request)
        form = await request.post()
        self._keep_acceptance(visit, form.get("acceptance"))
        address = {"sel": str(form.get("sel", "")), "risk": str(form.get("risk", ""))}
        return see_other(f"/slip?{urlencode(address)}")

    async def review(self, request: web.Request) -> web.Response:
        """Show the confirmation page, or the slip again for an invalid risk."""
        visit = open_visit(self._site, request)
        slips = self._slips(visit)
        asked = slips.read(await request.post())
        if asked.risk is None or asked.risk < HOUSE_MINIMUM:
            return _slip_page(visit, slips, asked.selection.id, asked.risk_text, "Please enter a valid risk amount.")
        return _confirmation(visit, slips, asked, asked.risk, slips.moved(asked))

    async def place(self, request: web.Request) -> web.Response:
        """Place a confirmed bet and answer as the bet desk says."""
        visit = open_visit(self._site, request)
        slips = self._slips(visit)
        form = await request.post()
        asked = slips.read(form)
        risk = asked.risk
        if risk is None:
            raise web.HTTPBadRequest
        if slips.has_bet_on_event(asked.selection) and form.get("repeat") != "yes":
            trouble = Trouble("You already have a bet on this event.", may_confirm=True)
            return _confirmation(visit, slips, asked, risk, trouble)
        placement = await self._desk.place(slips.request(asked, risk, str(form.get("slip", ""))))
        if placement.delivery is Delivery.SILENT:
            await self._site.stopping.wait()
            return web.Response(status=503)
        if isinstance(placement.result, Refused):
            trouble = slips.trouble(placement.result, asked)
            answer = _confirmation(visit, slips, asked, risk, trouble)
        else:
            answer = self._placement_answer(visit, placement)
        self._desk.note_answer(placement)
        return answer

    async def receipt(self, request: web.Request) -> web.Response:
        """Show one of the account's receipts with the current state of its bet; raises UnknownRecord."""
        visit = open_visit(self._site, request)
        receipt = self._receipts.get(request.match_info["receipt"])
        if receipt is None or receipt.username != visit.account.username:
            raise UnknownRecord("this receipt belongs to another account", field="receipt")
        if receipt.ticket is None:
            return visit.page("receipt.html", tab="slip", bet=None, asked=None)
        bet = self._site.ledger.bet(receipt.ticket)
        row = BetWriter(self._site.ledger).open_row(bet)
        return visit.page("receipt.html", tab="slip", bet=row, asked=_asked_stake(bet))

    def _placement_answer(self, visit: Visit, placement: Placement) -> web.Response:
        match placement.delivery:
            case Delivery.LOGOUT:
                return see_other("/login?expired=yes")
            case Delivery.REDIRECT:
                return see_other("/sports")
            case Delivery.WITHOUT_TICKET:
                return see_other(self._new_receipt(visit, None))
            case Delivery.PLAIN if isinstance(placement.result, Bet):
                return see_other(self._new_receipt(visit, placement.result.ticket))
            case _:
                return notice("Server Error", "An unexpected error occurred. Please check My Bets.", 500)

    def _new_receipt(self, visit: Visit, ticket: str | None) -> str:
        number = secrets.token_hex(8)
        self._receipts[number] = _Receipt(visit.account.username, ticket)
        return f"/receipt/{number}"

    def _keep_acceptance(self, visit: Visit, mode: object) -> None:
        if mode not in set(OddsChanges):
            raise web.HTTPBadRequest
        self._site.ledger.accounts.change_settings(visit.account.username, {"odds_changes": str(mode)})

    def _slips(self, visit: Visit) -> SlipDesk:
        return SlipDesk(self._site, visit.account, visit.acceptance)


def _slip_page(visit: Visit, slips: SlipDesk, selection: str, risk: str, message: str = "") -> web.Response:
    return visit.page(
        "slip.html",
        tab="slip",
        slip=slips.slip(selection),
        risk=risk,
        message=message,
        minimum=HOUSE_MINIMUM,
        modes=_MODES,
        mode=visit.acceptance,
    )


def _confirmation(visit: Visit, slips: SlipDesk, asked: Asked, risk: Decimal, trouble: Trouble | None) -> web.Response:
    slip = slips.slip(asked.selection.id)
    odds = visit.site.ledger.catalogue.selection(asked.selection.id).odds
    return visit.page(
        "confirmation.html",
        tab="slip",
        slip=slip,
        slip_id=new_slip_id(),
        risk=risk,
        to_win=to_win(risk, odds),
        trouble=trouble,
        may_place=slip.is_open and (trouble is None or trouble.may_confirm),
        repeats=slips.has_bet_on_event(asked.selection),
        mode=_MODES[visit.acceptance],
    )


def _asked_stake(bet: Bet) -> Decimal | None:
    is_partial = bet.referral is None and bet.stake != bet.requested_stake
    return bet.requested_stake if is_partial else None
