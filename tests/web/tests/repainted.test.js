// Whatever repaints pages in dark colours: the QR code stays dark on white, and phones read it.

import assert from 'node:assert/strict';

import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

const WHITE = 'rgb(255, 255, 255)';
const BLACK = 'rgb(0, 0, 0)';

const colours = (pairing) =>
  pairing.page.evaluate(() => {
    const computed = (selector) => getComputedStyle(document.querySelector(selector));
    return {
      ground: computed('#qr svg').backgroundColor,
      quiet: computed('#qr rect').fill,
      modules: computed('#qr path').fill,
    };
  });

async function assertDarkOnWhite(pairing) {
  const expected = { ground: WHITE, quiet: WHITE, modules: BLACK };
  assert.deepEqual(await colours(pairing), expected);
}

/** As such tools do it: a sheet with rules that are important, behind all others. */
function repaint() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    svg, #qr svg, #qr { background: #181a1b !important; background-color: #181a1b !important; }
    rect, #qr rect { fill: #181a1b !important; }
    path, #qr path { fill: #e8e6e3 !important; }
    svg { filter: invert(1) !important; opacity: .5 !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

webTest('a sheet that repaints every drawing leaves the QR code as it is', {}, async (world) => {
  const pairing = await world.open({ colorScheme: 'dark' });
  await pairing.waitFor('qr');
  await pairing.page.evaluate(repaint);
  await assertDarkOnWhite(pairing);
  await world.gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest('forced colours leave the QR code as it is', {}, async (world) => {
  const pairing = await world.open({ colorScheme: 'dark', forcedColors: 'active' });
  await pairing.waitFor('qr');
  await assertDarkOnWhite(pairing);
  await world.gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest('a browser that darkens pages by itself leaves the QR code as it is', {}, async (world) => {
  const pairing = await world.open();
  const devtools = await pairing.page.context().newCDPSession(pairing.page);
  await devtools.send('Emulation.setAutoDarkModeOverride', { enabled: true });
  await pairing.waitFor('qr');
  await assertDarkOnWhite(pairing);
  await world.gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest('Dark Reader is asked to leave the page alone', {}, async (world) => {
  const pairing = await world.open();
  assert.equal(await pairing.page.locator('head > meta[name="darkreader-lock"]').count(), 1);
});
