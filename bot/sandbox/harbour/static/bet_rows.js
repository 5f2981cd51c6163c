// One bet in My bets, as each skin lays it out.

import { el } from "./dom.js";
import { money, utcTime } from "./format.js";
import { site } from "./site.js";

const GOOD = ["Won", "Half won"];
const BAD = ["Lost", "Half lost"];
const LAYOUTS = { classic: classicRow, regatta: regattaRow };

/** Show one bet in the layout of this page's skin. */
export const betRow = (bet) => LAYOUTS[site.switches.skin](bet);

function classicRow(bet) {
  return el("article", { class: "bet", test: "bet-row" }, [
    el("div", { class: "bet-top" }, [
      el("span", {}, [
        el("span", { test: "bet-ref", text: bet.reference }),
        document.createTextNode(" · "),
        el("time", { datetime: bet.placed_at, text: utcTime(bet.placed_at) }),
      ]),
      el("span", { class: badge(bet.status), test: "bet-status", text: bet.status }),
    ]),
    el("div", { class: "bet-main" }, [
      el("span", {}, [
        el("span", { test: "bet-selection", text: bet.selection }),
        bet.line === null ? null : el("span", { test: "bet-line", text: ` ${bet.line}` }),
      ]),
      el("span", { test: "bet-odds", text: bet.odds }),
    ]),
    el("div", { class: "bet-sub", text: bet.market }),
    el("div", { class: "bet-sub", text: bet.event }),
    el("div", { class: "bet-money" }, [
      labelled("Stake ", money(bet.stake, bet.currency), "bet-stake"),
      moneyBack(bet),
    ]),
  ]);
}

function regattaRow(bet) {
  return el("section", { class: "bet", test: "bet-row" }, [
    el("div", { class: "bet-main" }, [
      el("span", { text: bet.event }),
      el("strong", { class: badge(bet.status), text: bet.status }),
    ]),
    el("div", { class: "bet-sub" }, [
      el("span", { text: bet.market }),
      document.createTextNode(": "),
      el("em", { text: bet.selection }),
      bet.line === null ? null : el("i", { text: ` ${bet.line}` }),
      document.createTextNode(" at "),
      el("b", { text: bet.odds }),
    ]),
    el("div", { class: "bet-money" }, [
      bet.returned === null
        ? labelled("To return ", money(bet.potential_return, bet.currency), null)
        : labelled("Paid ", money(bet.returned, bet.currency), "bet-returned"),
      labelled("Staked ", money(bet.stake, bet.currency), "bet-stake"),
    ]),
    el("div", { class: "bet-top" }, [
      el("time", { datetime: bet.placed_at, text: utcTime(bet.placed_at) }),
      el("code", { text: bet.reference }),
    ]),
  ]);
}

function moneyBack(bet) {
  if (bet.returned === null) return labelled("Potential return ", money(bet.potential_return, bet.currency), null);
  return labelled("Returned ", money(bet.returned, bet.currency), "bet-returned");
}

function labelled(label, amount, test) {
  return el("span", { test }, [document.createTextNode(label), el("b", { text: amount })]);
}

function badge(status) {
  if (GOOD.includes(status)) return "badge good";
  return BAD.includes(status) ? "badge bad" : "badge";
}
