// The oldest browsers that the page is for: Safari of iOS 15.5 and Chrome 100.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';

import { newer } from '../harness/baseline.js';
import { PairingPage } from '../harness/pairing_page.js';
import { PATIENT } from '../harness/policy.js';
import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

const ASSETS = new URL('../../../crates/pairing-web/src/page/assets/', import.meta.url);

/** One of the two browsers lacks each of these. */
const NEWER = {
  'script.js': [
    'AbortSignal.timeout(1)',
    'Array.fromAsync([])',
    'Iterator.from([])',
    'Object.groupBy([], f)',
    'Promise.withResolvers()',
    'URL.canParse("")',
    'Uint8Array.fromBase64("")',
    '[].toSorted()',
    '"".isWellFormed()',
    'new Set().union(new Set())',
    '/(?<=a)b/',
    '/(?i:a)/',
    '/[a]/v',
    'class A { static { f(); } }',
    'import a from "./a.json" with { type: "json" }',
    'using a = f()',
    'document.body.inert = true',
    'document.body.showPopover()',
    'document.startViewTransition()',
    'navigator.wakeLock.request()',
    'navigation.navigate("/")',
    'new CompressionStream("gzip")',
    'new Intl.DurationFormat()',
    'new URLPattern()',
    'requestIdleCallback(f)',
    'scheduler.postTask(f)',
    '/* eslint-disable */ AbortSignal.timeout(1)',
  ],
  'style.css': [
    'a:has(b) { color: red }',
    'a:popover-open { color: red }',
    '@container (width > 1px) { a { color: red } }',
    '@layer x { a { color: red } }',
    '@media (width < 3px) { a { color: red } }',
    '@property --x { syntax: "*"; inherits: false }',
    '@scope (a) { b { color: red } }',
    '@starting-style { a { opacity: 0 } }',
    'a { &:hover { color: red } }',
    'a { b { color: red } }',
    'a { color: color-mix(in srgb, red, blue) }',
    'a { color: light-dark(red, blue) }',
    'a { color: oklch(0 0 0) }',
    'a { grid-template-columns: subgrid }',
    'a { min-height: 100dvh }',
    'a { width: round(1px, 1px) }',
  ],
};

test('scripts and style use nothing newer than the oldest browsers', async () => {
  for (const name of await readdir(ASSETS)) {
    assert.deepEqual(await newer(name, await readFile(new URL(name, ASSETS), 'utf8')), [], name);
  }
});

test('a feature that one of the oldest browsers lacks is found', async () => {
  for (const [name, texts] of Object.entries(NEWER)) {
    for (const text of texts) {
      assert.equal((await newer(name, text)).length > 0, true, text);
    }
  }
});

test('a viewport unit that is newer has an older one before it', async () => {
  const style = await readFile(new URL('page.css', ASSETS), 'utf8');
  for (const [line, property] of style.matchAll(/^ *([a-z-]+): [^;]*\d[sdl]v[hw];/gm)) {
    const before = style.slice(0, style.indexOf(line)).trimEnd().split('\n').at(-1).trim();
    assert.match(before, new RegExp(`^${property}: [^;]*\\dv[hw];`), line);
  }
});

/** Takes away what those browsers lack. */
function makeOld() {
  delete AbortSignal.timeout;
  delete AbortSignal.any;
  delete Array.prototype.toSorted;
  delete Array.prototype.toReversed;
  delete Array.prototype.with;
  delete Object.groupBy;
  delete Promise.withResolvers;
  delete HTMLElement.prototype.showPopover;
  delete HTMLElement.prototype.inert;
}

async function openOld(world) {
  const { link } = await world.createPairing();
  const context = await world.openWindow();
  await context.addInitScript(makeOld);
  const page = await context.newPage();
  await page.goto(link);
  assert.equal(await page.evaluate(() => typeof AbortSignal.timeout), 'undefined');
  const pairing = new PairingPage(page);
  await pairing.begin();
  return pairing;
}

webTest('every button works without AbortSignal.timeout', {}, async (world) => {
  const pairing = await openOld(world);
  await pairing.waitFor('qr');
  await pairing.usePhone.click();
  await pairing.waitFor('number');
  await pairing.back.click();
  await pairing.waitFor('qr');
  await pairing.usePhone.click();
  await pairing.sendNumber('+55 11 99999-8888');
  await pairing.waitFor('phone_code');
  await pairing.useQr.click();
  await pairing.waitFor('qr');
  assert.equal(await pairing.failure.isVisible(), false);
  await pairing.giveUp();
  await pairing.waitFor('cancelled');
});

webTest('an old browser links as any other does', {}, async (world) => {
  const pairing = await openOld(world);
  await pairing.waitFor('qr');
  await world.gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest(
  'an old browser asks for more codes after a round that nobody used',
  { speed: 10, policy: PATIENT },
  async (world) => {
    const pairing = await openOld(world);
    await pairing.waitFor('interaction');
    await pairing.resume.click();
    await pairing.untilShown('interaction', 'qr');
  },
);
