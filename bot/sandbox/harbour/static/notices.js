// Interruptions over the page: cookies, reality check, last login.

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
};

/** Show an interruption until one of its buttons is pressed. */
export function showNotice(name, logOut) {
  const notice = NOTICES[name];
  const close = () => byId("overlay").replaceChildren();
  const buttons = notice.buttons.map((text, index) =>
    el("button", {
      class: index === notice.buttons.length - 1 ? "strong" : "plain",
      type: "button",
      text,
      on: { click: () => (close(), text === "Log out" ? logOut() : undefined) },
    }),
  );
  const words = el("div", {}, [el("h2", { text: notice.title }), el("p", { text: notice.text })]);
  const row = el("div", { class: "buttons" }, buttons);
  const box =
    notice.class === "banner"
      ? el("div", { class: "banner", test: `notice-${name}` }, [words, row])
      : el("div", { class: "veil", test: `notice-${name}` }, [el("div", { class: "dialog", role: "dialog" }, [words, row])]);
  byId("overlay").replaceChildren(box);
}
