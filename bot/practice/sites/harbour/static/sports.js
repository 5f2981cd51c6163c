// The event list and the event page.

import { byId, el } from "./dom.js";
import { utcTime } from "./format.js";
import { priceButton } from "./prices.js";
import { store } from "./store.js";

const events = () => [...store.events.values()];

export function showLeagues() {
  const leagues = [...new Set(events().map((event) => event.league))];
  byId("leagues").replaceChildren(...leagues.map((league) => el("li", { text: league })));
}

/** Show every event with its match prices, league by league. */
export function showSports(view) {
  const leagues = new Map();
  for (const event of events()) leagues.set(event.league, [...(leagues.get(event.league) ?? []), event]);
  const cards = [...leagues].map(([league, ofLeague]) =>
    el("section", { class: "card" }, [
      el("h2", { class: "card-title", text: league }),
      el("div", {}, ofLeague.map(eventRow)),
    ]),
  );
  const nothing = el("p", { class: "problem", text: "There are no events at the moment." });
  view.replaceChildren(el("h1", { class: "heading", text: "Football" }), ...(cards.length ? cards : [nothing]));
}

function eventRow(event) {
  const match = event.markets.find((market) => market.kind === "1x2") ?? event.markets[0];
  return el("div", { class: "row" }, [
    el("div", {}, [
      el("a", {
        class: "teams",
        test: `event-link-${event.id}`,
        href: `#/event/${encodeURIComponent(event.id)}`,
        text: event.name,
      }),
      when(event),
    ]),
    el("div", { class: "prices" }, match.selections.map((each) => priceButton(each.id, { short: true }))),
  ]);
}

function when(event) {
  if (event.score) return el("div", { class: "live", text: `Live ${event.score}` });
  return el("div", { class: "when", text: event.starts_at ? utcTime(event.starts_at) : "Starts soon" });
}

/** Show one event with all its markets. */
export function showEvent(view, eventId) {
  const event = store.events.get(eventId);
  if (!event) {
    view.replaceChildren(el("p", { class: "problem", text: "This event is no longer available." }));
    return;
  }
  view.replaceChildren(eventHead(event), ...event.markets.map(marketCard));
}

function eventHead(event) {
  const time = event.starts_at ? utcTime(event.starts_at) : "Starts soon";
  return el("section", { class: "event-head" }, [
    el("div", { class: "event-league", text: event.league }),
    el("h1", { test: "event-name", text: event.name }),
    el("div", { class: "event-when" }, [
      event.score ? el("span", { class: "score", test: "event-score", text: event.score }) : null,
      document.createTextNode(event.score ? "In play" : time),
    ]),
  ]);
}

function marketCard(market) {
  return el("section", { class: "card", test: `market-${market.id}` }, [
    el("h2", { class: "card-title", text: market.name }),
    el("div", { class: "market-prices" }, market.selections.map((each) => priceButton(each.id))),
  ]);
}
