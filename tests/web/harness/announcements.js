// Records what the live region says, from the moment a document begins.

/** For `addInitScript`. */
export function recordAnnouncements() {
  window.announced = [];
  const read = () => {
    const text = document.getElementById('live')?.textContent.trim();
    if (text && text !== window.announced.at(-1)) {
      window.announced.push(text);
    }
  };
  new MutationObserver(read).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
  });
}

export const announcementsOf = (frame) => frame.evaluate(() => window.announced);
