// Shows one state at a time. All words are in the document already; nothing here makes HTML.
//
// data-when="a b"    shown in these states only
// data-method="qr"   shown with this method only
// data-offers="qr"   shown only if the provider offers this method
// data-phone         the number that matters here, where it is known
// data-word="name"   a text for the scripts

export const main = document.querySelector("main");
export const $ = (id) => document.getElementById(id);

const WORDS = new Map(
  [...document.querySelectorAll("[data-word]")].map((node) => [
    node.dataset.word,
    node.textContent,
  ]),
);

export const hasWord = (name) => WORDS.has(name);

export const word = (name, values = {}) =>
  (WORDS.get(name) ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

// True if it was another text. The same one again would make a screen reader repeat it.
export function setText(node, text) {
  node.hidden = text === "";
  if (node.textContent === text) return false;
  node.textContent = text;
  return true;
}

export function say(text) {
  $("live").textContent = text;
}

// 90 seconds, 5 minutes, 2 hours: in the page's language, never less than it is.
export function duration(seconds) {
  const [count, unit] =
    seconds < 120 ? [seconds, "second"]
    : seconds < 7200 ? [Math.ceil(seconds / 60), "minute"]
    : [Math.ceil(seconds / 3600), "hour"];
  const format = { style: "unit", unit, unitDisplay: "long" };
  return new Intl.NumberFormat(document.documentElement.lang, format).format(count);
}

// Brazil's numbers as people write and proofread them; others as they are.
const grouped = (phone) => phone.replace(/^(\+55)(\d\d)(\d{4,5})(\d{4})$/, "$1 $2 $3-$4");

// True if it was another state.
export function show(state, { method, methods, phone }) {
  const changed = main.dataset.state !== state;
  const focused = document.activeElement;
  main.dataset.state = state;
  for (const node of main.querySelectorAll("[data-when]")) {
    const { when, method: only, offers } = node.dataset;
    node.hidden =
      !when.split(" ").includes(state) ||
      (only !== undefined && only !== method) ||
      (offers !== undefined && !methods.includes(offers));
  }
  // A style could ask what is inside only with `:has`, which is newer than Chrome 100.
  for (const node of main.querySelectorAll(".ways")) {
    node.hidden = [...node.children].every((each) => each.hidden);
  }
  for (const node of main.querySelectorAll("[data-phone]")) setText(node, grouped(phone ?? ""));
  if (!changed) return false;
  announce(state);
  if (main.contains(focused)) keepFocus(focused);
  return true;
}

// The state in its own words for a screen reader, or in those that are seen.
export function announce(state) {
  say(word(`live.${state}`) || section().innerText);
}

const section = () => [...main.querySelectorAll("section")].find((each) => !each.hidden);

// Back to what had the focus; if that is gone, to where the news is.
export function keepFocus(node) {
  if (node.closest("[hidden]")) section().querySelector("h1").focus();
  else node.focus();
}
