// Inside an iframe: tells the pages that may frame this one how it ended and how tall it is.
// Never a code, never a number.

export const framed = window.parent !== window;
const named = document.body.dataset.parents.split(" ").filter(Boolean);

// Messages need an exact origin: for `https://*.example.com` it is the parent's own, which the
// browser knows, or at least where the visitor came from.
function parentOrigin() {
  try {
    return window.location.ancestorOrigins?.[0] ?? new URL(document.referrer).origin;
  } catch {
    return "";
  }
}

function exactly(ancestor) {
  if (!ancestor.includes("://*.")) return ancestor;
  // Without a port that goes without saying; browsers differ in what they make of the `*`.
  const [scheme, domain] = new URL(ancestor.replace("*", "any")).origin.split("://any");
  const parent = parentOrigin();
  return parent.startsWith(`${scheme}://`) && parent.endsWith(domain) ? parent : null;
}

const origins = framed ? named.map(exactly).filter(Boolean) : [];

function tell(message) {
  if (!framed) return;
  for (const origin of origins) {
    window.parent.postMessage({ type: "pairing", ...message }, origin);
  }
}

export const tellFinished = (outcome) => tell({ event: "finished", outcome });

if (framed) {
  document.documentElement.dataset.framed = "";
  const { body } = document;
  new ResizeObserver(() => {
    tell({ event: "resize", height: Math.ceil(body.getBoundingClientRect().height) });
  }).observe(body);
}
