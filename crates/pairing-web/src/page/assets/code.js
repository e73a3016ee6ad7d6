// Puts the live code into the document, and takes a dead one out of it: not only out of sight.

import { drawModules } from "./qr.js";
import { $, say, word } from "./view.js";

let shown = null;

// `code` and `drawing` of a view, or null. What is there stays, as a screen reader would repeat it.
export function showCode(code, drawing) {
  const text = drawing?.modules ?? code?.code ?? null;
  if (shown === text) return;
  shown = text;
  $("qr").replaceChildren();
  $("phone-code").replaceChildren();
  $("phone-code").removeAttribute("aria-label");
  if (drawing) {
    $("qr").append(drawModules(drawing, word("qr.label")));
  } else if (text) {
    $("phone-code").textContent = text;
    // Letter by letter, with a pause in the middle.
    $("phone-code").setAttribute("aria-label", [...text.replace("-", ",")].join(" "));
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
