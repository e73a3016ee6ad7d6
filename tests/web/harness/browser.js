// Debian's Chromium, one per process, and windows in it that notice what a page must never do.

import { chromium, devices } from 'playwright-core';

/** No browser is downloaded. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** This machine by a name, where a page without TLS lacks what browsers keep for secure ones. */
export const INSECURE_HOST = 'shop.test';
/** Nothing in it may talk to the network of its own accord. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name that is no browser's own: without TLS its pages are no secure context.
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
];
/** As long as for what tells nobody that it has happened. */
const PATIENCE_MS = 30_000;

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
/** Small, with a finger for a mouse. */
export const PHONE = {
  ...devices['Pixel 7'],
  viewport: { width: 360, height: 740 },
  screen: { width: 360, height: 740 },
};

let launched;

export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
}

/**
 * A window with its own cookies and caches. `options` are playwright's; by default English, light
 * and on a desktop.
 */
export async function openWindow(options = {}) {
  launched ??= chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  const context = await (
    await launched
  ).newContext({ locale: 'en-US', colorScheme: 'light', ...DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
