// The oldest browsers that the page is for: Safari of iOS 15.5 and Chrome 100.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';

import { PairingPage } from '../harness/pairing_page.js';
import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

const ASSETS = new URL('../../../crates/pairing-web/src/page/assets/', import.meta.url);

/** What scripts would use sooner or later, and one of the two browsers lacks. */
const NEWER_IN_SCRIPTS = [
  /AbortSignal\.(timeout|any)\b/,
  /\bPromise\.(withResolvers|try)\b/,
  /\b(Object|Map)\.groupBy\b/,
  /\bArray\.fromAsync\b/,
  /\.(toSorted|toReversed|toSpliced|with|findLast|findLastIndex)\(/,
  /\.(isWellFormed|toWellFormed)\(/,
  /\.(union|intersection|difference|isSubsetOf|isSupersetOf|isDisjointFrom)\(/,
  /\b(showPopover|hidePopover|togglePopover|startViewTransition|scheduler|requestIdleCallback)\b/,
  /\.(setHTML|setHTMLUnsafe|checkVisibility|moveBefore)\(/,
  /\bURL\.(canParse|parse)\(/,
  /\b(fromBase64|toBase64|fromHex|toHex)\(/,
  /\.inert\b/,
  /\bnavigator\.(locks|wakeLock|userActivation)\b/,
  /\bstatic \{/,
  /\(\?<[=!]/,
  /\/[dgimsuy]*v[dgimsuy]*[.,;)]/,
  / with \{ type:/,
  /^ *(await )?using \w/m,
];
const NEWER_IN_STYLES = [
  /:has\(/,
  /:(popover-open|open|user-valid|user-invalid|modal)\b/,
  /@(layer|container|scope|property|starting-style|view-transition)\b/,
  /\b(color-mix|light-dark|oklch|oklab|lab|lch|color)\(/,
  /\b(round|mod|rem|sin|cos|calc-size|anchor)\(/,
  /\bsubgrid\b/,
  /\(width [<>]/,
  /^\s*&/m,
];

/** Without what is said in comments. */
const withoutComments = (text) => text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

test('scripts and style use nothing newer than the oldest browsers', async () => {
  for (const name of await readdir(ASSETS)) {
    const text = withoutComments(await readFile(new URL(name, ASSETS), 'utf8'));
    const newer = name.endsWith('.css') ? NEWER_IN_STYLES : NEWER_IN_SCRIPTS;
    const found = newer.map((each) => text.match(each)?.[0]).filter(Boolean);
    assert.deepEqual(found, [], name);
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
  return new PairingPage(page);
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
  { speed: 10, policy: { gate_watch: '1m' } },
  async (world) => {
    const pairing = await openOld(world);
    await pairing.waitFor('interaction');
    await pairing.resume.click();
    await pairing.waitFor('qr');
  },
);
