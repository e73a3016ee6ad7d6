// Records what a page shows and says, from the moment a document begins. A test that looks too
// late, because the machine is busy, still finds what has been there.

/** For `addInitScript`. */
export function recordHistory() {
  window.announced = [];
  window.shown = [];
  const text = (id) => document.getElementById(id)?.textContent.trim() ?? '';
  const read = (changes) => {
    const live = document.getElementById('live');
    // The same words set again are read out again.
    if (live?.textContent && changes.some(({ target }) => live.contains(target))) {
      window.announced.push(live.textContent.trim());
    }
    const state = document.querySelector('main')?.dataset.state;
    const now = { state, attempt: text('attempt'), phoneCode: text('phone-code') };
    const before = window.shown.at(-1);
    if (state && !Object.keys(now).every((key) => now[key] === before?.[key])) {
      window.shown.push(now);
    }
  };
  new MutationObserver(read).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ['data-state'],
  });
}

export const announcementsOf = (frame) => frame.evaluate(() => window.announced);
export const shownBy = (frame) => frame.evaluate(() => window.shown);
