// The state of the page: the customer, the events and their selections. Listeners are called at every change.

const listeners = new Map();

export const store = {
  account: null,
  events: new Map(),
  selections: new Map(),
};

export function listen(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function notify(topic, subject) {
  for (const listener of listeners.get(topic) ?? []) listener(subject);
}

export function setAccount(account) {
  store.account = account;
  notify("account", account);
}

export function setBalance(balance) {
  if (!store.account) return;
  store.account.balance = balance;
  notify("account", store.account);
}

/** Store an event; only a new or visibly changed event makes the page draw again. */
export function setEvent(event) {
  const before = store.events.get(event.id);
  store.events.set(event.id, event);
  for (const market of event.markets)
    for (const selection of market.selections) setSelection(selection);
  if (!before || outline(before) !== outline(event)) notify("event", event);
}

/** Remove a finished event; a slip with a bet on it then shows nothing. */
export function forgetEvent(eventId) {
  const event = store.events.get(eventId);
  if (!event) return;
  store.events.delete(eventId);
  for (const market of event.markets) for (const { id } of market.selections) store.selections.delete(id);
  notify("event", event);
}

function outline({ name, league, starts_at, score, markets }) {
  return JSON.stringify([name, league, starts_at, score, markets.map((market) => market.id)]);
}

export function setSelection(selection) {
  const before = store.selections.get(selection.id);
  const now = before ? Object.assign(before, { previous: before.odds }, selection) : selection;
  store.selections.set(selection.id, now);
  notify("selection", now);
}
