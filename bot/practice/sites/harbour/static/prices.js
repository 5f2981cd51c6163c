// The price buttons; each shows one selection and updates with it.

import { classes, el, lockIcon, toggle } from "./dom.js";
import { isLower, shownOdds } from "./format.js";
import { listen, store } from "./store.js";
import { chosenId, choose } from "./slip.js";

/** Make a button for a selection; a short one shows only the price. */
export function priceButton(selectionId, { short = false } = {}) {
  const button = el("button", {
    class: short ? "price short" : "price",
    test: `selection-${selectionId}`,
    "data-selection": selectionId,
    type: "button",
    on: { click: () => choose(selectionId) },
  });
  fill(button, store.selections.get(selectionId));
  return button;
}

function fill(button, selection) {
  const open = selection.status === "open";
  const label = [selection.name, selection.line].filter(Boolean).join(" ");
  const price = open
    ? el("span", { class: "price-odds", text: shownOdds(selection.odds) })
    : selection.status === "suspended"
      ? lockIcon()
      : el("span", { class: "price-odds", text: "–" });
  button.replaceChildren(el("span", { class: "price-name", text: label }), price);
  button.disabled = !open;
  button.title = `${label} (${selection.market})`;
  toggle(button, "chosen", selection.id === chosenId());
}

function buttonsOf(selectionId) {
  return document.querySelectorAll(`[data-selection="${CSS.escape(selectionId)}"]`);
}

function markMove(button, selection) {
  if (!selection.previous || selection.previous === selection.odds) return;
  const risen = isLower(selection.previous, selection.odds);
  toggle(button, "up", risen);
  toggle(button, "down", !risen);
}

listen("selection", (selection) => {
  for (const button of buttonsOf(selection.id)) {
    fill(button, selection);
    markMove(button, selection);
  }
});

listen("chosen", () => {
  const chosenClass = classes("chosen");
  for (const button of document.querySelectorAll("[data-selection]"))
    button.classList.toggle(chosenClass, button.dataset.selection === chosenId());
});
