// A program that tries links, as mail servers have them, leaves the session to the person.

import assert from 'node:assert/strict';

import { PHONE } from '../harness/browser.js';
import { CALM } from '../harness/policy.js';
import { readScreen } from '../harness/qr.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

const LOOKING = { begin: false };

webTest('a page that was only opened asks the gateway for nothing', {}, async (world) => {
  const { link, id } = await world.createPairing();
  const scanner = await world.visit(link, LOOKING);
  await scanner.waitFor('start');
  // Whatever else it loads, and however often.
  await scanner.page.reload();
  await scanner.waitFor('start');
  assert.equal((await world.server.summary(id)).state, 'idle');
  assert.equal((await world.gateway.calls()).total, 0);

  const pairing = await world.visit(link, LOOKING);
  await pairing.waitFor('start');
  await assertAccessible(pairing);
  await pairing.start.click();
  await pairing.waitFor('qr');
  // Who looks on sees it as well.
  await scanner.waitFor('qr');
  await world.gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest('with a keyboard alone one starts, and the focus goes to the news', {}, async (world) => {
  const { link } = await world.createPairing();
  const pairing = await world.visit(link, LOOKING);
  await pairing.waitFor('start');
  await pairing.start.focus();
  await pairing.page.keyboard.press('Enter');
  await pairing.waitFor('qr');
  const focused = await pairing.frame.evaluate(() => document.activeElement.localName);
  assert.equal(focused, 'h1');
  const announced = await pairing.announcements();
  assert.ok(announced.some((text) => text.includes('Ready to link')), announced.join(' | '));
});

webTest('the phone number can be used without a QR code before', {}, async (world) => {
  const { link } = await world.createPairing();
  const pairing = await world.visit(link, LOOKING);
  await pairing.waitFor('start');
  await pairing.usePhone.click();
  await pairing.waitFor('number');
  await pairing.back.click();
  await pairing.waitFor('start');
  await pairing.usePhone.click();
  await pairing.sendNumber(world.gateway.phone);
  await pairing.waitFor('phone_code');
  const { code_qr_text, code_qr_image } = await world.gateway.calls();
  assert.equal(code_qr_text + code_qr_image, 0);
});

webTest('a phone is asked for its number, which is as good as a click', {}, async (world) => {
  const { link } = await world.createPairing();
  const pairing = await world.visit(link, { ...PHONE, ...LOOKING });
  await pairing.waitFor('number');
  assert.equal((await world.gateway.calls()).total, 0);
});

webTest('the host application can have it start at once', {}, async (world) => {
  const { link } = await world.createPairing({ autostart: true, lang: 'es' });
  const pairing = await world.visit(link, LOOKING);
  await pairing.waitFor('qr');
  assert.equal(await pairing.frame.evaluate(() => document.documentElement.lang), 'es');
});

// Over soon, but not before a busy machine has shown the session on the page: one that comes later finds
// the link unused.
const SHORT = { policy: { ...CALM, deadline: '8s' } };

/** Another session asks the gateway for a code; whether it is used in time does not matter. */
async function assertBegins(gateway, begin) {
  const before = await gateway.codeCalls();
  await begin();
  await gateway.waitForCalls((calls) => calls.code_qr_text + calls.code_qr_image > before);
}

webTest('a session that nobody used leaves the link to the person', SHORT, async (world) => {
  const { link, id } = await world.createPairing();
  // It clicks, as some do.
  const scanner = await world.visit(link);
  await scanner.waitFor('deadline');
  assert.equal((await world.server.summary(id)).state, 'idle');
  await assertBegins(world.gateway, () => world.visit(link));
});

webTest('who was there to the end of an unused session starts again', SHORT, async (world) => {
  const pairing = await world.open();
  await pairing.waitFor('deadline');
  await pairing.again.waitFor();
  assert.match(await pairing.text(), /you can start again/);
  assert.doesNotMatch(await pairing.text(), /ask whoever/);
  await assertAccessible(pairing);
  await assertBegins(world.gateway, () => pairing.again.click());
});

webTest('a session that somebody used is over with its link', SHORT, async (world) => {
  const pairing = await world.open(PHONE);
  await pairing.waitFor('number');
  await pairing.sendNumber(world.gateway.phone);
  await pairing.waitFor('deadline');
  assert.match(await pairing.text(), /ask whoever/);
  assert.equal(await pairing.again.isVisible(), false);
});
