// The slip drawer: one selection, its stake, and the way from "Place bet" to a receipt or a message.

import { ApiError, post, put } from "./api.js";
import { startCountdown } from "./countdown.js";
import { byId, show } from "./dom.js";
import { isLower, money, productInCents, shownOdds, symbol, typedAmount } from "./format.js";
import { closeDialog, showDialog } from "./notices.js";
import { showReceipt, showUnconfirmedReceipt } from "./receipt.js";
import { site } from "./site.js";
import { fillStake, keepStake, lockStake, rememberedStake, startStakeField } from "./stake_field.js";
import { listen, notify, setAccount, setSelection, store } from "./store.js";

const KEPT_AS = "harbourline.slip";
const UNCONFIRMED_AFTER_MS = 30_000;
const PROMPT = site.switches.change_prompt;
const ACCEPTS_BY_BUTTON = PROMPT === "separate" || PROMPT === "accept_and_place";
const CHECK_MY_BETS = "Something went wrong. Please check My Bets before trying again.";

const state = { slip: JSON.parse(sessionStorage.getItem(KEPT_AS)), placing: false, error: null, limit: null, receipt: false };

export const isPlacing = () => state.placing;
export const chosenId = () => state.slip?.selection ?? null;

/** Put a selection into the slip in place of the previous one; the same selection again empties the slip. */
export function choose(selectionId) {
  if (state.placing) return;
  const selection = store.selections.get(selectionId);
  const again = selectionId === chosenId();
  const stake = rememberedStake();
  const slip = { slip_id: newSlipId(), selection: selectionId, odds: selection.odds, line: selection.line, stake };
  Object.assign(state, { slip: again ? null : slip, error: null, limit: null, receipt: false });
  fillStake(stake);
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

/** Update the slip's odds where the customer's setting accepts the change. */
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
  if (!oddsNeedConsent()) return null;
  if (PROMPT === "disabled") return `Price has changed to ${shownOdds(live().odds)}`;
  return `Odds have changed from ${shownOdds(slip.odds)} to ${shownOdds(live().odds)}`;
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
  byId("slip-odds").textContent = shownOdds(selection.odds);
  byId("slip-market").textContent = selection.market;
  byId("slip-event").textContent = store.events.get(selection.event_id).name;
}

function renderStake() {
  const currency = store.account?.currency ?? "EUR";
  keepStake(state.slip.stake);
  lockStake(state.placing);
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
  const mayAct = loggedIn && !state.placing;
  const changed = Boolean(changeNotice()) && !closedNotice();
  const hasStake = Boolean(typedAmount(state.slip.stake));
  show(byId("login-to-bet"), !loggedIn);
  show(byId("accept-changes"), mayAct && changed && ACCEPTS_BY_BUTTON);
  show(byId("place-bet"), mayAct && !(changed && ACCEPTS_BY_BUTTON));
  show(byId("slip-spinner"), state.placing);
  byId("accept-changes").disabled = PROMPT === "accept_and_place" && !hasStake;
  byId("place-bet").disabled = changed || Boolean(closedNotice()) || !hasStake;
  if (PROMPT === "dialog") askAbout(mayAct && changed ? changeNotice() : null);
}

function askAbout(change) {
  if (!change) {
    closeDialog("change");
    return;
  }
  const buttons = [
    { text: "Cancel", press: empty },
    { text: "Accept", press: acceptChanges },
  ];
  showDialog("change", { title: "Your bet has changed", text: `${change}.`, buttons });
}

async function place() {
  const { slip_id, selection, odds, line, stake } = state.slip;
  Object.assign(state, { placing: true, error: null, limit: null });
  render();
  const stopCountdown = startCountdown(store.events.get(live().event_id));
  const patience = setTimeout(() => finish(() => showUnconfirmedReceipt("Bet sent")), UNCONFIRMED_AFTER_MS);
  try {
    answered(await post("/api/bets", { slip_id, selection, odds, line, stake: typedAmount(stake) }));
  } catch (error) {
    failed(error);
  } finally {
    stopCountdown();
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
  fillStake("");
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
  const [least, most] = (error.body?.limits ?? []).map((limit) => money(limit, store.account?.currency ?? "EUR"));
  if (error.body?.limits && /^(min|max)_stake$/.test(error.code))
    return `Your stake must be between min ${least} and max ${most}`;
  const messages = {
    odds_changed: "Odds have changed",
    line_changed: "The line has changed",
    max_stake: `Maximum stake is ${amount}`,
    min_stake: `Minimum stake is ${amount}`,
    suspended: "Market suspended",
    closed: "Market closed",
    insufficient_funds: "Insufficient balance",
    restricted: "Your account is restricted",
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

function acceptAndPlace() {
  acceptChanges();
  place();
}

function updateStake() {
  fillStake(state.limit);
  setStake(state.limit);
}

/** Connect the drawer to the page. */
export function startSlip() {
  startStakeField(setStake);
  byId("slip-remove").addEventListener("click", empty);
  byId("place-bet").addEventListener("click", place);
  if (PROMPT === "accept_and_place") byId("accept-changes").textContent = "Accept change and place bet";
  byId("accept-changes").addEventListener("click", PROMPT === "accept_and_place" ? acceptAndPlace : acceptChanges);
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
