// What the page knows of the session: events go in, one state to show comes out. Touches no
// document and starts no timer.

import { serverNow } from "./clock.js";

const ENDINGS = {
  connected: "linked",
  already_connected: "already_linked",
  passkey_required: "passkey",
  wrong_account: "wrong_account",
  rejected: "refused",
  rate_limited: "rate_limited",
  unavailable: "unavailable",
  deadline: "deadline",
  cancelled: "cancelled",
};

export class Session {
  state = "connecting";
  // "qr" or "phone_code"; with the latter the number, where it is known.
  method = null;
  phone = null;
  // The live code and nothing else: `{ seq, expiresAt, kind, …, modules }`.
  code = null;
  attempt = 0;
  retrying = false;
  // The last event, once there is one.
  finished = null;
  running = false;
  #seq = 0;

  // A connection begins. What follows is the present, so its numbers start anew: after a
  // restart of the server they may be smaller than those of the session before.
  connected({ state, method }) {
    this.#seq = 0;
    this.running = state === "running";
    if (state === "idle") this.#take("connecting");
    else if (method && method !== this.method) [this.method, this.phone] = [method, null];
  }

  setMethod({ method, phone = null }) {
    [this.method, this.phone] = [method, phone];
  }

  // One of core's events. False if a later one is known.
  apply(event) {
    if (event.seq < this.#seq || this.finished) return false;
    this.#seq = event.seq;
    this.attempt = event.attempt;
    this.running = event.event !== "finished";
    if (event.event === "retrying") {
      // What is shown stays: a code lives on while the provider fails.
      this.retrying = true;
      if (this.state === "connecting") this.state = "preparing";
      return true;
    }
    switch (event.event) {
      case "preparing":
        this.#take("preparing");
        break;
      case "code_ready":
        this.#takeCode(event);
        break;
      case "code_expired":
        this.#take("expired");
        break;
      case "interaction_required":
        this.#take("interaction");
        break;
      case "finished":
        this.#take(ENDINGS[event.outcome] ?? "unavailable");
        this.finished = event;
        break;
    }
    return true;
  }

  // The drawing of a code. False if it is not the code of now.
  setModules({ seq, width, modules }) {
    if (this.code?.seq !== seq) return false;
    this.code.modules = { width, modules };
    this.state = "qr";
    return true;
  }

  // How many milliseconds the code has left; a code without any is forgotten here and now.
  remaining() {
    if (!this.code) return 0;
    const left = this.code.expiresAt - serverNow();
    if (left <= 0) this.#take("expired");
    return Math.max(left, 0);
  }

  // The link is gone, and with it the right to show its code.
  forget() {
    this.#take("gone");
    this.running = false;
  }

  // No code is kept in any other state than its own.
  #take(state) {
    this.state = state;
    this.code = null;
    this.retrying = false;
  }

  #takeCode({ seq, expires_at: expiresAt, code }) {
    const isPhoneCode = code.kind === "phone_code";
    // A QR code is shown once it is drawn. Its drawing is the next message, so nothing changes
    // until then.
    this.#take(["phone_code", "unreadable"].includes(code.kind) ? code.kind : this.state);
    this.code = { ...code, seq, expiresAt: Date.parse(expiresAt) };
    this.method = isPhoneCode ? "phone_code" : "qr";
    this.remaining();
  }
}
