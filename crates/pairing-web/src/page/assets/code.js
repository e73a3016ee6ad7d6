// Puts the live code into the document, and takes a dead one out of it: not only out of sight.

import { drawModules } from "./qr.js";
import { $, say, word } from "./view.js";

let shown = null;
let shownModules = null;

export function showCode(code) {
  if (shown === code && shownModules === code?.modules) return;
  [shown, shownModules] = [code, code?.modules];
  $("qr").replaceChildren();
  $("phone-code").replaceChildren();
  $("phone-code").removeAttribute("aria-label");
  if (code?.modules) {
    $("qr").append(drawModules(code.modules, word("qr.label")));
  } else if (code?.kind === "phone_code") {
    $("phone-code").textContent = code.code;
    // Letter by letter, with a pause in the middle.
    $("phone-code").setAttribute("aria-label", [...code.code.replace("-", ",")].join(" "));
  }
}

$("copy").onclick = async () => {
  const code = $("phone-code").textContent.replace("-", "");
  if (!code) return;
  try {
    await navigator.clipboard.writeText(code);
    say(word("copied"));
    $("copy").textContent = word("copied");
    setTimeout(() => ($("copy").textContent = word("copy")), 3_000);
  } catch {
    // Not allowed here: the visitor copies what is selected.
    getSelection().selectAllChildren($("phone-code"));
  }
};
