// Who comes back from another app: the phone may have cut the stream, and tells the page nothing.

import assert from 'node:assert/strict';

import { PairingPage } from '../harness/pairing_page.js';
import { CALM } from '../harness/policy.js';
import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

/** Streams that can be cut without a word, and a page that can be hidden. */
function prepare() {
  const streams = [];
  const cut = new Set();
  const Native = window.EventSource;
  window.EventSource = class extends Native {
    constructor(url) {
      super(url);
      streams.push(this);
      // Registered first, so that no later listener receives a message.
      for (const name of ['page', 'view', 'ping', 'closing', 'error']) {
        this.addEventListener(name, (event) => cut.has(this) && event.stopImmediatePropagation());
      }
    }
  };
  let state = 'visible';
  Object.defineProperty(document, 'visibilityState', { get: () => state });
  Object.defineProperty(document, 'hidden', { get: () => state === 'hidden' });
  window.away = {
    set(to) {
      state = to;
      document.dispatchEvent(new Event('visibilitychange'));
    },
    cut: () => streams.forEach((each) => cut.add(each)),
    ping: () => {
      const data = JSON.stringify({ now: new Date().toISOString() });
      streams.at(-1).dispatchEvent(new MessageEvent('ping', { data }));
    },
    begun: () => streams.length,
    open: () => streams.filter((each) => each.readyState !== Native.CLOSED).length,
  };
}

async function open(world) {
  const { link } = await world.createPairing();
  const context = await world.openWindow();
  await context.addInitScript(prepare);
  const page = await context.newPage();
  await page.goto(link);
  const pairing = new PairingPage(page);
  await pairing.begin();
  await pairing.waitFor('qr');
  return pairing;
}

const streams = ({ page }) =>
  page.evaluate(() => ({ begun: window.away.begun(), open: window.away.open() }));

webTest('who comes back finds what happened meanwhile, in one stream', {}, async (world) => {
  const pairing = await open(world);
  const { page } = pairing;
  const code = await readScreen(page);
  await page.evaluate(() => {
    window.away.set('hidden');
    window.away.cut();
  });
  await world.gateway.scan(code);
  // Several events tell of one return.
  await page.evaluate(() => {
    window.away.set('visible');
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    window.dispatchEvent(new Event('online'));
  });
  assert.deepEqual(await page.evaluate(() => window.away.begun()), 2);
  // Long before the silence would be noticed.
  await pairing.waitFor('linked');
});

webTest('a network that comes back begins a stream', {}, async (world) => {
  const pairing = await open(world);
  const { page } = pairing;
  const code = await readScreen(page);
  await page.evaluate(() => window.away.cut());
  await world.gateway.scan(code);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await pairing.waitFor('linked');
});

// A code that was renewed meanwhile would be a message, too.
webTest('a stream that told something meanwhile is kept', { policy: CALM }, async (world) => {
  const pairing = await open(world);
  const { page } = pairing;
  await page.evaluate(() => {
    window.away.set('hidden');
    window.away.ping();
    window.away.set('visible');
  });
  assert.deepEqual(await streams(pairing), { begun: 1, open: 1 });
  // A stream without a message is replaced, and the page shows the same code.
  const code = await readScreen(page);
  await page.evaluate(() => {
    window.away.set('hidden');
  });
  // A frame later: the clock has moved on.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.evaluate(() => window.away.set('visible'));
  assert.deepEqual(await streams(pairing), { begun: 2, open: 1 });
  await pairing.page.locator('#qr svg').waitFor();
  assert.equal(await readScreen(page), code);
});

webTest('after the end nobody who comes back begins a stream', {}, async (world) => {
  const pairing = await open(world);
  const { page } = pairing;
  await world.gateway.scan(await readScreen(page));
  await pairing.waitFor('linked');
  await page.evaluate(() => {
    window.away.set('hidden');
    window.away.set('visible');
    window.dispatchEvent(new Event('online'));
  });
  assert.deepEqual(await streams(pairing), { begun: 1, open: 0 });
});
