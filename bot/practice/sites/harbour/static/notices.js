// Dialogs over the page: cookies, reality check, last login, limits, identity, and questions of the slip.

import { byId, el } from "./dom.js";

const NOTICES = {
  cookies: {
    class: "banner",
    title: "We use cookies",
    text: "Harbourline uses cookies to keep you logged in and to improve the site.",
    buttons: ["Only necessary", "Accept all"],
  },
  reality_check: {
    title: "Reality check",
    text: "You have been logged in for 60 minutes. Do you want to go on?",
    buttons: ["Log out", "Remain logged in"],
  },
  last_login: {
    title: "Welcome back",
    text: "Please check that the time of your last login is right: yesterday, 18:20 UTC.",
    buttons: ["Continue"],
  },
  deposit_limit: {
    title: "Set a deposit limit",
    text: "You have not set a deposit limit yet. It helps you to stay in control.",
    buttons: ["Set a limit of €100", "Not now"],
  },
  identity: {
    title: "Verify your identity",
    text: "Please send us a copy of your passport within 30 days.",
    buttons: ["Later"],
  },
};

/** Show an interruption until one of its buttons is pressed. */
export function showNotice(name, logOut) {
  const { buttons, ...notice } = NOTICES[name];
  const pressed = (text) => () => (text === "Log out" ? logOut() : undefined);
  showDialog(name, { ...notice, buttons: buttons.map((text) => ({ text, press: pressed(text) })) });
}

/** Cover the page with a text and buttons; each button closes the dialog and then runs its action. */
export function showDialog(name, { class: look, title, text, buttons }) {
  const row = buttons.map((button, index) =>
    el("button", {
      class: index === buttons.length - 1 ? "strong" : "plain",
      type: "button",
      text: button.text,
      on: { click: () => (closeDialog(name), button.press()) },
    }),
  );
  const content = [
    el("div", {}, [el("h2", { text: title }), el("p", { text })]),
    el("div", { class: "buttons" }, row),
  ];
  const box =
    look === "banner"
      ? el("div", { class: "banner", test: `notice-${name}` }, content)
      : el("div", { class: "veil", test: `notice-${name}` }, [el("div", { class: "dialog", role: "dialog" }, content)]);
  box.dataset.name = name;
  byId("overlay").replaceChildren(box);
}

/** Close this dialog if it is open. */
export function closeDialog(name) {
  byId("overlay").querySelector(`[data-name="${name}"]`)?.remove();
}
