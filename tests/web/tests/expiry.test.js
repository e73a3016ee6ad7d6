// A code is a login secret while it lives, and a trap once it is dead: it must leave the screen.

import assert from 'node:assert/strict';

import { AWAY } from '../harness/guard.js';
import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

const SECOND = 1000;
const QR_LIFETIME = 20 * SECOND;
const PHONE_CODE_LIFETIME = 160 * SECOND;
const AN_HOUR = 3600 * SECOND;

/** A window whose time can be moved. */
const CLOCK = { clock: {} };

webTest('a QR code is gone at its expiry, also without the server', {}, async (world) => {
  const pairing = await world.open(CLOCK);
  await pairing.waitFor('qr');
  await loseServer(world, pairing);
  await pass(pairing, QR_LIFETIME - 10 * SECOND);
  assert.notEqual(await readScreen(pairing.page), null);
  await pass(pairing, 10 * SECOND);
  await pairing.waitFor('expired');
  await assertNoQr(pairing);
});

webTest('a phone code is gone at its expiry, also without the server', {}, async (world) => {
  const pairing = await openWithPhoneCode(world, CLOCK);
  const code = (await pairing.phoneCode.innerText()).trim();
  await loseServer(world, pairing);
  await pass(pairing, PHONE_CODE_LIFETIME - 10 * SECOND);
  assert.equal((await pairing.phoneCode.innerText()).trim(), code);
  await pass(pairing, 10 * SECOND);
  await pairing.waitFor('expired');
  await assertNoPhoneCode(pairing, code);
});

for (const [name, error] of [
  ['slow', -AN_HOUR],
  ['fast', AN_HOUR],
]) {
  webTest(
    `a computer whose clock is an hour ${name} shows a code for its whole life`,
    {},
    async (world) => {
      const pairing = await world.open({ clock: { time: Date.now() + error } });
      await pairing.waitFor('qr');
      await loseServer(world, pairing);
      await pass(pairing, QR_LIFETIME - 10 * SECOND);
      assert.equal(await pairing.state(), 'qr');
      await pass(pairing, 10 * SECOND);
      await pairing.waitFor('expired');
    },
  );
}

webTest(
  'a computer whose clock is set back while it shows a code does not lengthen its life',
  {},
  async (world) => {
    const pairing = await world.open(CLOCK);
    await pairing.waitFor('qr');
    await loseServer(world, pairing);
    const { clock } = pairing.page;
    // The time of day alone: what has passed since the page was opened stays.
    await clock.setSystemTime((await pairing.page.evaluate(() => Date.now())) - AN_HOUR);
    await pass(pairing, QR_LIFETIME - 10 * SECOND);
    assert.equal(await pairing.state(), 'qr');
    assert.match(await pairing.countdown.innerText(), /^0:[01]\d$/);
    await pass(pairing, 10 * SECOND);
    await pairing.waitFor('expired');
    await assertNoQr(pairing);
  },
);

webTest('a computer that slept through the life of a code wakes without it', {}, async (world) => {
  const pairing = await world.open(CLOCK);
  await pairing.waitFor('qr');
  await loseServer(world, pairing);
  // As after sleep: one moment is followed by another long after, with no tick between.
  await pass(pairing, AN_HOUR);
  await pairing.waitFor('expired');
  await assertNoQr(pairing);
});

webTest(
  'between a dead code and the next the screen has none',
  {
    speed: 10,
    policy: { refresh_min: '30s', refresh_interval: '30s', refresh_max: '30s' },
  },
  async (world) => {
    const pairing = await world.open();
    await pairing.waitFor('qr');
    await pairing.waitFor('expired');
    await assertNoQr(pairing);
  },
);

webTest(
  'a dead phone code is followed by a question, not by another code',
  { speed: 40 },
  async (world) => {
    const pairing = await openWithPhoneCode(world);
    const code = (await pairing.phoneCode.innerText()).trim();
    await pairing.waitFor('interaction');
    await assertNoPhoneCode(pairing, code);
    assert.equal((await world.gateway.calls()).phone_code, 1);
  },
);

webTest(
  'after three unused codes a click, and nothing else, asks for more',
  { speed: 10, policy: { post_expiry_status_window: '1m' } },
  async (world) => {
    const { gateway } = world;
    const pairing = await world.open();
    await pairing.waitFor('interaction');
    await assertNoQr(pairing);
    const { status } = await gateway.calls();
    // Time passes, and the session looks after codes that were scanned late.
    await gateway.waitForCalls((calls) => calls.status >= status + 2);
    // The code that comes again while it is shown is one request more.
    const asked = await gateway.codeCalls();
    assert.ok(asked === 3 || asked === 4, `${asked} requests`);
    await pairing.resume.click();
    await pairing.waitFor('qr');
    assert.equal(await gateway.codeCalls(), asked + 1);
    await gateway.scanAtLast();
    await pairing.waitFor('linked');
  },
);

async function openWithPhoneCode(world, options) {
  const pairing = await world.open(options);
  await pairing.usePhone.click();
  await pairing.sendNumber(world.gateway.phone);
  await pairing.waitFor('phone_code');
  return pairing;
}

async function loseServer(world, pairing) {
  world.guard.forgive(AWAY);
  await world.server.kill();
  await pairing.offline.waitFor();
}

const pass = (pairing, milliseconds) => pairing.page.clock.fastForward(milliseconds);

async function assertNoQr(pairing) {
  assert.equal(await readScreen(pairing.page), null);
  assert.ok(!(await pairing.qr.isVisible()) || !(await hasPicture(pairing.qr)));
}

const hasPicture = (qr) =>
  qr.evaluate(
    (element) => element.matches('canvas, img, svg') || !!element.querySelector('canvas, img, svg'),
  );

async function assertNoPhoneCode(pairing, code) {
  const [bare, page] = [code, await pairing.frame.content()].map((text) =>
    text.replaceAll('-', ''),
  );
  assert.ok(!page.includes(bare), 'the dead code is still in the document');
}
