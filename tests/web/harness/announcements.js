// Records what the live region says, from the moment a document begins.

/** For `addInitScript`. */
export function recordAnnouncements() {
  window.announced = [];
  const read = (changes) => {
    const live = document.getElementById('live');
    // The same words set again are read out again.
    if (live?.textContent && changes.some(({ target }) => live.contains(target))) {
      window.announced.push(live.textContent.trim());
    }
  };
  new MutationObserver(read).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
  });
}

export const announcementsOf = (frame) => frame.evaluate(() => window.announced);
