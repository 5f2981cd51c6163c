// Exact amounts (strings such as "1234.50") and how the site writes them.

import { store } from "./store.js";

const SYMBOLS = { EUR: "€", GBP: "£", USD: "$" };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SCALE = 6n;

// Outside English, odds and money have different decimal marks.
const MARKS = {
  en: { odds: ".", thousands: ",", cents: "." },
  pt: { odds: ",", thousands: ",", cents: "." },
  it: { odds: ".", thousands: ".", cents: "," },
};
const marks = () => MARKS[store.account?.language ?? "en"];

/** Write odds such as "1.95" as the customer's language does. */
export const shownOdds = (odds) => odds.replace(".", marks().odds);

function scaled(text) {
  const [whole, fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(Number(SCALE), "0").slice(0, Number(SCALE)));
}

/** Multiply two exact numbers and round half up to cents. */
export function productInCents(left, right) {
  const product = scaled(left) * scaled(right);
  const unit = 10n ** (2n * SCALE - 2n);
  const cents = ((product + unit / 2n) / unit).toString().padStart(3, "0");
  return `${cents.slice(0, -2)}.${cents.slice(-2)}`;
}

export const isLower = (left, right) => scaled(left) < scaled(right);

/** Write "1234.5" as "€1,234.50", or as the customer's language does. */
export function money(amount, currency) {
  const negative = amount.startsWith("-");
  const [whole, fraction = ""] = amount.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, marks().thousands);
  return `${negative ? "-" : ""}${symbol(currency)}${grouped}${marks().cents}${fraction.padEnd(2, "0")}`;
}

export const symbol = (currency) => SYMBOLS[currency] ?? `${currency} `;

/** Read what a customer typed as a stake: "10", "10.5" or "10,50"; null if it is not an amount above zero. */
export function typedAmount(text) {
  const plain = text.trim().replace(",", ".");
  return /^\d{1,9}(\.\d{1,2})?$/.test(plain) && /[1-9]/.test(plain) ? plain : null;
}

const two = (number) => String(number).padStart(2, "0");

/** Write an ISO time as "20 Nov 2025, 11:15 UTC". */
export function utcTime(iso) {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}
