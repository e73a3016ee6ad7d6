// Measures how long after a scan the page shows it: with webhooks, and with the status alone.

import { setTimeout } from 'node:timers/promises';

import { closeBrowser } from './harness/browser.js';
import { World } from './harness/world.js';

const SAMPLES = 20;
const STATUS_INTERVAL_MS = 5000;

try {
  for (const webhooks of [true, false]) {
    const samples = await measure(webhooks);
    const title = webhooks ? 'with webhooks' : `without, asking every ${STATUS_INTERVAL_MS} ms`;
    console.log(`scan to linked, ${title}: ${summary(samples)}`);
  }
} finally {
  await closeBrowser();
}

async function measure(webhooks) {
  const world = await World.create({ webhooks });
  try {
    const page = await (await world.openWindow()).newPage();
    const samples = [];
    while (samples.length < SAMPLES) {
      samples.push(await scanToLinked(world, page, webhooks));
    }
    return samples;
  } finally {
    await world.end();
  }
}

async function scanToLinked(world, page, webhooks) {
  await page.goto((await world.createPairing({ autostart: true })).link);
  const qr = page.locator('main[data-state="qr"]');
  await qr.waitFor();
  const linked = page.evaluate(momentOf, 'linked');
  // A scan has nothing to do with when the status was asked last.
  await setTimeout(webhooks ? 0 : Math.random() * STATUS_INTERVAL_MS);
  const scanned = Date.now();
  await world.gateway.scan();
  const elapsed = (await linked) - scanned;
  await world.gateway.unlink();
  return elapsed;
}

/** Runs on the page, which tells the time by the same clock. */
function momentOf(state) {
  const main = document.querySelector('main');
  return new Promise((resolve) => {
    const look = () =>
      main.dataset.state === state && requestAnimationFrame(() => resolve(Date.now()));
    new MutationObserver(look).observe(main, { attributes: true });
    look();
  });
}

function summary(samples) {
  const sorted = samples.toSorted((one, other) => one - other);
  const median = (sorted[SAMPLES / 2 - 1] + sorted[SAMPLES / 2]) / 2;
  return `median ${median} ms, least ${sorted[0]} ms, most ${sorted.at(-1)} ms of ${SAMPLES}`;
}
