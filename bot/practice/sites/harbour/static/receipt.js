// The receipt that replaces the slip after a bet.

import { byId, el, show } from "./dom.js";
import { money, shownOdds } from "./format.js";

/** Show the accepted bet; its stake may be less than was requested. */
export function showReceipt(bet) {
  byId("receipt-title").textContent = "Bet placed";
  const partial = bet.stake !== bet.requested_stake;
  const asked = money(bet.requested_stake, bet.currency);
  note(partial ? `${money(bet.stake, bet.currency)} of ${asked} was accepted. The rest was declined.` : null);
  byId("receipt-rows").replaceChildren(
    row("Bet reference", bet.reference, "receipt-ref"),
    row("Selection", [bet.selection, bet.line].filter(Boolean).join(" "), "receipt-selection"),
    row("Event", bet.event, null),
    row("Odds", shownOdds(bet.odds), "receipt-odds"),
    row("Stake", money(bet.stake, bet.currency), "receipt-stake"),
    row("Potential return", money(bet.potential_return, bet.currency), "receipt-return"),
  );
}

/** Show that the bet was sent and that its reference is not known. */
export function showUnconfirmedReceipt(title) {
  byId("receipt-title").textContent = title;
  note("Please check My Bets for confirmation.");
  byId("receipt-rows").replaceChildren();
}

function note(text) {
  byId("receipt-note").textContent = text ?? "";
  show(byId("receipt-note"), Boolean(text));
}

function row(name, value, test) {
  return el("div", { class: "receipt-row" }, [el("dt", { text: name }), el("dd", { test, text: value })]);
}
