// My bets: open and settled, with twenty more rows each time the end of the list comes into view.

import { get } from "./api.js";
import { sessionLost } from "./account.js";
import { betRow } from "./bet_rows.js";
import { el } from "./dom.js";
import { site } from "./site.js";
import { word } from "./words.js";

const TABS = ["open", "settled", ...(site.switches.cash_out_tab === "shown" ? ["cashed_out"] : [])];

let current = null;

/** Show the page with one tab chosen and load its list again. */
export function showBets(view, tab = "open") {
  current?.observer.disconnect();
  const list = { tab, cursor: "", loading: false, rows: el("div", { class: "card", test: "bets-list" }), foot: el("div") };
  list.observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) loadMore(list);
  });
  current = list;
  view.replaceChildren(
    el("h1", { class: "heading", text: word("title") }),
    el("div", { class: "tabs", role: "tablist" }, TABS.map((name) => tabButton(view, name, tab))),
    list.rows,
    list.foot,
  );
  loadMore(list);
}

function tabButton(view, name, chosen) {
  return el("button", {
    class: "tab",
    test: `bets-tab-${name}`,
    role: "tab",
    type: "button",
    "aria-selected": String(name === chosen),
    text: word(name),
    on: { click: () => showBets(view, name) },
  });
}

async function loadMore(list) {
  if (list.loading || list.cursor === null) return;
  list.loading = true;
  list.observer.unobserve(list.foot);
  list.observer.takeRecords();
  list.foot.replaceChildren(el("div", { class: "spinner" }, [el("i"), document.createTextNode(word("loading"))]));
  try {
    const page = await get(`/api/bets?state=${list.tab}&cursor=${encodeURIComponent(list.cursor)}`);
    list.rows.append(...page.bets.map(betRow));
    list.cursor = page.cursor;
    list.foot.replaceChildren(...(page.cursor === null ? [endOf(page.total)] : []));
    // A new observation reports a foot that is still in view; changing its content would not.
    if (list === current) list.observer.observe(list.foot);
  } catch (error) {
    if (error.status === 401) sessionLost();
    else list.foot.replaceChildren(problem(list));
  }
  list.loading = false;
}

function endOf(total) {
  return el("p", { class: "end", test: "bets-end", text: `${total} ${word(total === 1 ? "bet" : "bets")}` });
}

function problem(list) {
  const again = () => {
    list.foot.replaceChildren();
    loadMore(list);
  };
  return el("div", { class: "problem", test: "bets-error" }, [
    el("p", { text: word("failed") }),
    el("button", { class: "secondary", type: "button", text: word("again"), on: { click: again } }),
  ]);
}
