// One bet in My bets, in the layout of each skin.

import { get } from "./api.js";
import { el } from "./dom.js";
import { money, shownOdds, utcTime } from "./format.js";
import { site } from "./site.js";
import { word } from "./words.js";

const LAYOUTS = { classic: classicRow, regatta: regattaRow };

/** Show one bet in the layout of this page's skin; its selection and odds may have to be requested by a button. */
export function betRow(bet) {
  if (bet.odds !== undefined) return LAYOUTS[site.switches.skin](bet);
  const row = LAYOUTS[site.switches.skin]({ ...bet, selection: "", line: null, odds: "", market: "" });
  row.append(el("button", { class: "more", test: "bet-details", type: "button", text: word("details"), on: { click: fill } }));
  return row;

  async function fill() {
    row.replaceWith(betRow({ ...bet, ...(await get(`/api/bets/${bet.reference}`)) }));
  }
}

function classicRow(bet) {
  return el("article", { class: "bet", test: "bet-row" }, [
    el("div", { class: "bet-top" }, [
      el("span", {}, [
        el("span", { test: "bet-ref", text: bet.reference }),
        document.createTextNode(" · "),
        el("time", { datetime: bet.placed_at, text: utcTime(bet.placed_at) }),
      ]),
      el("span", { class: badge(bet), test: "bet-status", text: bet.status }),
    ]),
    el("div", { class: "bet-main" }, [
      el("span", {}, [
        el("span", { test: "bet-selection", text: bet.selection }),
        bet.line === null ? null : el("span", { test: "bet-line", text: ` ${bet.line}` }),
      ]),
      el("span", { test: "bet-odds", text: shownOdds(bet.odds) }),
    ]),
    el("div", { class: "bet-sub", text: bet.market }),
    el("div", { class: "bet-sub", text: bet.event }),
    el("div", { class: "bet-money" }, [
      labelled(word("stake"), money(bet.stake, bet.currency), "bet-stake"),
      moneyBack(bet),
      cashOut(bet, word("cash_out")),
    ]),
  ]);
}

function regattaRow(bet) {
  return el("section", { class: "bet", test: "bet-row" }, [
    el("div", { class: "bet-main" }, [
      el("span", { text: bet.event }),
      el("strong", { class: badge(bet), text: bet.status }),
    ]),
    el("div", { class: "bet-sub" }, [
      el("span", { text: bet.market }),
      document.createTextNode(": "),
      el("em", { text: bet.selection }),
      bet.line === null ? null : el("i", { text: ` ${bet.line}` }),
      document.createTextNode(" at "),
      el("b", { text: shownOdds(bet.odds) }),
    ]),
    el("div", { class: "bet-money" }, [
      bet.returned === null
        ? labelled("To return", money(bet.potential_return, bet.currency), null)
        : labelled("Paid", money(bet.returned, bet.currency), "bet-returned"),
      labelled("Staked", money(bet.stake, bet.currency), "bet-stake"),
      cashOut(bet, "Worth now"),
    ]),
    el("div", { class: "bet-top" }, [
      el("time", { datetime: bet.placed_at, text: utcTime(bet.placed_at) }),
      el("code", { text: bet.reference }),
    ]),
  ]);
}

function moneyBack(bet) {
  if (bet.returned === null) return labelled(word("to_return"), money(bet.potential_return, bet.currency), null);
  return labelled(word("returned"), money(bet.returned, bet.currency), "bet-returned");
}

function cashOut(bet, label) {
  return bet.cash_out ? labelled(label, money(bet.cash_out, bet.currency), "bet-cash-out") : null;
}

function labelled(label, amount, test) {
  return el("span", { test }, [document.createTextNode(`${label} `), el("b", { text: amount })]);
}

const badge = (bet) => `badge ${bet.tone}`;
