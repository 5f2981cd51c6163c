// The seconds for which a bet in play is held before the bookmaker decides.

import { byId } from "./dom.js";
import { site } from "./site.js";

const PLACING = "Placing your bet…";

/** Count down beside the spinner if the event is in play; return a function that stops it. */
export function startCountdown(event) {
  let seconds = event.score ? Math.ceil(site.acceptance_delay_ms / 1000) : 0;
  const tell = () => {
    const left = seconds === 1 ? "1 second" : `${seconds} seconds`;
    byId("slip-progress").textContent = seconds > 0 ? `Placing bets in ${left}` : PLACING;
    seconds -= 1;
  };
  tell();
  const timer = setInterval(tell, 1000);
  return () => clearInterval(timer);
}
