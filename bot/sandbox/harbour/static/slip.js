// The slip drawer: one selection, its stake, and the way from "Place bet" to a receipt or a message.

import { ApiError, post, put } from "./api.js";
import { byId, show } from "./dom.js";
import { isLower, money, productInCents, symbol, typedAmount } from "./format.js";
import { showReceipt, showUnconfirmedReceipt } from "./receipt.js";
import { listen, notify, setAccount, setSelection, store } from "./store.js";

const KEPT_AS = "harbourline.slip";
const UNCONFIRMED_AFTER_MS = 30_000;
const CHECK_MY_BETS = "Something went wrong. Please check My Bets before trying again.";

const state = { slip: JSON.parse(sessionStorage.getItem(KEPT_AS)), placing: false, error: null, limit: null, receipt: false };

export const isPlacing = () => state.placing;
export const chosenId = () => state.slip?.selection ?? null;

/** Put a selection into the slip, in place of the one that is there. */
export function choose(selectionId) {
  if (state.placing) return;
  const selection = store.selections.get(selectionId);
  const again = selectionId === chosenId();
  const slip = { slip_id: newSlipId(), selection: selectionId, odds: selection.odds, line: selection.line, stake: "" };
  Object.assign(state, { slip: again ? null : slip, error: null, limit: null, receipt: false });
  byId("slip-stake").value = "";
  keep();
}

function newSlipId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function keep() {
  if (state.slip) sessionStorage.setItem(KEPT_AS, JSON.stringify(state.slip));
  else sessionStorage.removeItem(KEPT_AS);
  notify("chosen");
  render();
}

function empty() {
  Object.assign(state, { slip: null, error: null, limit: null, receipt: false });
  keep();
}

const live = () => store.selections.get(state.slip.selection);

function oddsNeedConsent() {
  const { slip } = state;
  const mode = store.account?.odds_changes ?? "never";
  if (live().odds === slip.odds || mode === "any") return false;
  return mode === "never" || isLower(live().odds, slip.odds);
}

/** Follow the market where the customer agreed to that beforehand. */
function followOdds() {
  if (!state.slip || !live() || state.placing || oddsNeedConsent()) return;
  if (state.slip.odds !== live().odds) {
    state.slip.odds = live().odds;
    sessionStorage.setItem(KEPT_AS, JSON.stringify(state.slip));
  }
}

function changeNotice() {
  const { slip } = state;
  if (live().line !== slip.line) return `Line has changed from ${slip.line} to ${live().line}`;
  if (oddsNeedConsent()) return `Odds have changed from ${slip.odds} to ${live().odds}`;
  return null;
}

function closedNotice() {
  return { suspended: "Market suspended", closed: "Market closed" }[live().status] ?? null;
}

function render() {
  const filled = Boolean(state.slip && live());
  show(byId("slip-empty"), !filled && !state.receipt);
  show(byId("slip-body"), filled && !state.receipt);
  show(byId("receipt"), state.receipt);
  show(byId("slip-count"), filled && !state.receipt);
  show(byId("odds-changes-row"), Boolean(store.account));
  byId("odds-changes").value = store.account?.odds_changes ?? "never";
  if (!filled) return;
  renderSelection();
  renderStake();
  renderMessages();
  renderButtons();
}

function renderSelection() {
  const selection = live();
  byId("slip-selection").textContent = selection.name;
  byId("slip-line").textContent = selection.line ?? "";
  byId("slip-odds").textContent = selection.odds;
  byId("slip-market").textContent = selection.market;
  byId("slip-event").textContent = store.events.get(selection.event_id).name;
}

function renderStake() {
  const currency = store.account?.currency ?? "EUR";
  const field = byId("slip-stake");
  if (field !== document.activeElement && field.value !== state.slip.stake) field.value = state.slip.stake;
  field.disabled = state.placing;
  const stake = typedAmount(state.slip.stake);
  byId("slip-currency").textContent = symbol(currency);
  byId("slip-return").textContent = money(stake ? productInCents(stake, live().odds) : "0", currency);
}

function renderMessages() {
  const notice = closedNotice() ?? changeNotice();
  show(byId("slip-notice"), Boolean(notice));
  byId("slip-notice").textContent = notice ?? "";
  show(byId("slip-error"), Boolean(state.error));
  byId("slip-error-text").textContent = state.error ?? "";
  show(byId("update-stake"), Boolean(state.limit));
}

function renderButtons() {
  const loggedIn = Boolean(store.account);
  const changed = Boolean(changeNotice()) && !closedNotice();
  show(byId("login-to-bet"), !loggedIn);
  show(byId("accept-changes"), loggedIn && changed && !state.placing);
  show(byId("place-bet"), loggedIn && !changed && !state.placing);
  show(byId("slip-spinner"), state.placing);
  byId("place-bet").disabled = Boolean(closedNotice()) || !typedAmount(state.slip.stake);
}

async function place() {
  const { slip_id, selection, odds, line, stake } = state.slip;
  Object.assign(state, { placing: true, error: null, limit: null });
  render();
  const patience = setTimeout(() => finish(() => showUnconfirmedReceipt("Bet sent")), UNCONFIRMED_AFTER_MS);
  try {
    answered(await post("/api/bets", { slip_id, selection, odds, line, stake: typedAmount(stake) }));
  } catch (error) {
    failed(error);
  } finally {
    clearTimeout(patience);
  }
}

function answered(answer) {
  if (answer.redirect) {
    location.assign(answer.redirect);
    return;
  }
  finish(() => (answer.bet ? showReceipt(answer.bet) : showUnconfirmedReceipt("Bet placed")));
}

function finish(showResult) {
  showResult();
  Object.assign(state, { slip: null, placing: false, receipt: true });
  byId("slip-stake").value = "";
  keep();
}

function failed(error) {
  if (error instanceof ApiError && error.status === 401) {
    location.reload();
    return;
  }
  state.placing = false;
  state.error = messageFor(error);
  state.limit = error.body?.error === "max_stake" ? error.body.amount : null;
  if (error.body?.selection) setSelection(error.body.selection);
  render();
}

function messageFor(error) {
  const amount = error.body?.amount ? money(error.body.amount, store.account?.currency ?? "EUR") : "";
  const messages = {
    odds_changed: "Odds have changed",
    line_changed: "The line has changed",
    max_stake: `Maximum stake is ${amount}`,
    min_stake: `Minimum stake is ${amount}`,
    suspended: "Market suspended",
    closed: "Market closed",
    insufficient_funds: "Insufficient balance",
    rejected: ["Your bet was not accepted", error.body?.reason].filter(Boolean).join(": "),
  };
  return messages[error.code] ?? CHECK_MY_BETS;
}

function acceptChanges() {
  Object.assign(state.slip, { odds: live().odds, line: live().line });
  state.error = null;
  keep();
}

function setStake(text) {
  state.slip.stake = text;
  state.error = null;
  state.limit = null;
  keep();
}

function updateStake() {
  byId("slip-stake").value = state.limit;
  setStake(state.limit);
}

/** Connect the drawer to the page. */
export function startSlip() {
  byId("slip-stake").addEventListener("input", (event) => setStake(event.target.value));
  byId("slip-remove").addEventListener("click", empty);
  byId("place-bet").addEventListener("click", place);
  byId("accept-changes").addEventListener("click", acceptChanges);
  byId("update-stake").addEventListener("click", updateStake);
  byId("receipt-done").addEventListener("click", empty);
  byId("login-to-bet").addEventListener("click", () => (location.hash = "#/login"));
  byId("odds-changes").addEventListener("change", async (event) =>
    setAccount(await put("/api/settings", { odds_changes: event.target.value })),
  );
  listen("selection", (selection) => {
    if (selection.id !== chosenId()) return;
    followOdds();
    render();
  });
  listen("account", () => {
    followOdds();
    render();
  });
  render();
}
