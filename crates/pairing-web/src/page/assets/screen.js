// What the page shows of a view of core: its state, and what is left of its code. Touches no
// document and starts no timer.

import { serverNow } from "./clock.js";

const STATES = {
  starting: "starting",
  code_expired: "expired",
  linking: "linking",
  passkey_required: "passkey_step",
  linked: "confirming",
  waiting_for_user: "interaction",
};
const CODES = { phone_code: "phone_code", unreadable: "unreadable" };
const ENDINGS = {
  connected: "linked",
  already_connected: "already_linked",
  rejected: "refused",
  passkey_required: "passkey",
  link_dropped: "link_dropped",
  wrong_account: "wrong_account",
  rate_limited: "rate_limited",
  unavailable: "unavailable",
  deadline: "deadline",
  cancelled: "cancelled",
};

// The state of the page, of those that page.js lists.
export function stateOf({ kind, code, outcome }) {
  if (kind === "code") return CODES[code.kind] ?? "qr";
  if (kind === "finished") return ENDINGS[outcome] ?? "unavailable";
  return STATES[kind] ?? "preparing";
}

// How many milliseconds the code has left; 0 without one.
export const remaining = (screen) =>
  screen?.kind === "code" ? Math.max(Date.parse(screen.expires_at) - serverNow(), 0) : 0;
