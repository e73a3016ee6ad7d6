// The form for the phone number. What a number is, the server knows.

import { $, hasWord, setText, word } from "./view.js";

// What the host expects to be linked, unless the visitor has typed already.
export function prefill(phone) {
  const { value, defaultValue } = $("number");
  if (phone && value === defaultValue) $("number").value = phone;
}

export const typedNumber = () => $("number").value.trim();

// False if this kind of failure is not about the number.
export function tellNumberError(kind) {
  if (!hasWord(`number.${kind}`)) return false;
  setNumberError(word(`number.${kind}`));
  $("number").focus();
  return true;
}

export function setNumberError(text) {
  setText($("number-error"), text);
  $("number").setAttribute("aria-invalid", String(text !== ""));
}
