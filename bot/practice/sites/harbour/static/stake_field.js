// The stake field of the slip: an input, or an editable element that can remember the last stake.

import { byId } from "./dom.js";
import { site } from "./site.js";

const REMEMBERED_AS = "harbourline.stake";
const IS_EDITABLE = site.switches.stake_field === "editable";

const field = () => byId("slip-stake");
const typed = () => (IS_EDITABLE ? field().textContent.trim() : field().value);

/** Put a stake into the field. */
export function fillStake(text) {
  if (IS_EDITABLE) field().textContent = text;
  else field().value = text;
}

/** Put a stake into the field unless the customer is typing there. */
export function keepStake(text) {
  if (field() !== document.activeElement && typed() !== text) fillStake(text);
}

export function lockStake(locked) {
  if (IS_EDITABLE) field().contentEditable = String(!locked);
  else field().disabled = locked;
}

/** Return the stake that a new slip starts with. */
export const rememberedStake = () => localStorage.getItem(REMEMBERED_AS) ?? "";

/** Call a listener with the typed text at every input. */
export function startStakeField(listener) {
  field().addEventListener("input", () => {
    remember();
    listener(typed());
  });
  const box = byId("remember-stake");
  if (!box) return;
  box.checked = rememberedStake() !== "";
  box.addEventListener("change", remember);
}

function remember() {
  if (byId("remember-stake")?.checked) localStorage.setItem(REMEMBERED_AS, typed());
  else localStorage.removeItem(REMEMBERED_AS);
}
