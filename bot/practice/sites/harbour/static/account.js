// The customer: header, login page, logout, and what happens when the session has ended.

import { get, post } from "./api.js";
import { byId, el, show } from "./dom.js";
import { money } from "./format.js";
import { showNotice } from "./notices.js";
import { reconnect } from "./push.js";
import { listen, setAccount, store } from "./store.js";

let lostSession = false;

/** Ask the server who is logged in. */
export async function loadSession() {
  const { account, notice } = await get("/api/session");
  if (store.account && !account) lostSession = true;
  setAccount(account);
  if (notice) showNotice(notice, logOut);
}

/** Go to the login page because the server no longer knows this session. */
export function sessionLost() {
  lostSession = true;
  setAccount(null);
  location.hash = "#/login";
}

/** Log out and show the start page. */
export async function logOut() {
  await post("/api/logout");
  setAccount(null);
  reconnect();
  location.hash = "#/";
}

function renderHeader(account) {
  const parts = account
    ? [
        el("span", { class: "user", test: "account-name", text: account.name }),
        el("span", { class: "balance", test: "account-balance", text: money(account.balance, account.currency) }),
        el("button", { class: "ghost", test: "logout-button", type: "button", text: "Log out", on: { click: logOut } }),
      ]
    : [
        el("button", {
          class: "solid",
          test: "login-button",
          type: "button",
          text: "Log in",
          on: { click: () => (location.hash = "#/login") },
        }),
      ];
  byId("account").replaceChildren(...parts);
  show(byId("restricted"), Boolean(account?.restricted));
}

/** Show the login form. */
export function showLogin(view) {
  const message = el("div", { class: "form-error hidden", test: "login-error", role: "alert" });
  const username = el("input", { test: "login-username", name: "username", autocomplete: "username", required: "" });
  const password = el("input", {
    test: "login-password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: "",
  });
  const form = el("form", { class: "form", test: "login-form", on: { submit: (event) => logIn(event, message) } }, [
    el("h1", { text: "Log in" }),
    el("p", { text: lostSession ? "Your session has ended. Please log in again." : "Welcome back to Harbourline." }),
    el("label", { class: "field", text: "Username" }, [username]),
    el("label", { class: "field", text: "Password" }, [password]),
    message,
    el("button", { class: "primary", test: "login-submit", type: "submit", text: "Log in" }),
  ]);
  view.replaceChildren(form);
  username.focus();
}

async function logIn(event, message) {
  event.preventDefault();
  const entries = Object.fromEntries(new FormData(event.target));
  try {
    await post("/api/login", entries);
  } catch (error) {
    message.textContent = error.status === 401 ? "Wrong username or password." : "Login is not possible right now.";
    message.classList.remove("hidden");
    return;
  }
  lostSession = false;
  await loadSession();
  reconnect();
  location.hash = "#/";
}

export function startAccount() {
  listen("account", renderHeader);
}
