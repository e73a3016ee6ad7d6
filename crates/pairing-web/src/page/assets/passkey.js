// Says what to do where WhatsApp wants a passkey. A link and a code are secrets while they live, so
// both leave the document with the state.

import { $, setText, word } from "./view.js";

let shown = null;

// Anything but this would run in the page, or without encryption.
function secure(url) {
  try {
    const link = new URL(url);
    return link.protocol === "https:" ? link : null;
  } catch {
    return null;
  }
}

// `screen` of a view, or null. True if it says something else than before.
export function showPasskey(screen) {
  const url = secure(screen?.url);
  const code = screen?.confirmation_code ?? "";
  const said = screen && `${url?.href ?? ""} ${code}`;
  if (shown === said) return false;
  shown = said;
  const link = $("passkey-link");
  if (url) link.href = url.href;
  else link.removeAttribute("href");
  setText(link, url ? word("passkey.link", { host: url.host }) : "");
  $("passkey-open").hidden = !url;
  setText($("passkey-code"), code);
  // Letter by letter.
  $("passkey-code").setAttribute("aria-label", [...code].join(" "));
  $("passkey-compare").hidden = !code;
  $("passkey-dashboard").hidden = Boolean(url || code);
  return true;
}
