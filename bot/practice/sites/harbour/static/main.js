// Start of the page: load, connect, and show what the address asks for.

import { loadSession, logOut, sessionLost, showLogin, startAccount } from "./account.js";
import { get } from "./api.js";
import { showBets } from "./bets.js";
import { byId } from "./dom.js";
import { showNotice } from "./notices.js";
import { connect } from "./push.js";
import { isPlacing, startSlip } from "./slip.js";
import { showEvent, showLeagues, showSports } from "./sports.js";
import { forgetEvent, listen, setBalance, setEvent, setSelection, store } from "./store.js";

function route() {
  const [, page = "", id] = location.hash.replace(/^#/, "").split("/");
  for (const link of document.querySelectorAll("[data-route]"))
    link.toggleAttribute("aria-current", link.dataset.route === (page === "bets" ? "bets" : "sports"));
  const view = byId("view");
  if (page === "login" || (page === "bets" && !store.account)) showLogin(view);
  else if (page === "bets") showBets(view);
  else if (page === "event") showEvent(view, decodeURIComponent(id ?? ""));
  else showSports(view);
}

function showsEvents() {
  return !/^#\/(login|bets)/.test(location.hash);
}

async function loadEvents() {
  for (const event of await get("/api/events")) setEvent(event);
}

// The stream names its customer, so the page notices that its session ended at the server.
// Events are loaded again because they may have changed while no stream was open.
async function greet({ name }) {
  if (store.account && name !== store.account.name) sessionLost();
  await loadEvents();
  document.documentElement.dataset.live = name ?? "";
}

// The site has a new release. A bet that is being placed is not interrupted.
function loadRelease() {
  if (!isPlacing()) location.reload();
}

startAccount();
startSlip();
await Promise.all([loadSession(), loadEvents()]);
listen("event", () => {
  showLeagues();
  if (showsEvents()) route();
});
window.addEventListener("popstate", route);
showLeagues();
route();
connect({
  hello: greet,
  selection: setSelection,
  event: setEvent,
  finished: ({ id }) => forgetEvent(id),
  balance: ({ balance }) => setBalance(balance),
  notice: ({ notice }) => showNotice(notice, logOut),
  release: loadRelease,
});
