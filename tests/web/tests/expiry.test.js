// A code is a login secret while it lives, and a trap once it is dead: it must leave the screen.

import assert from 'node:assert/strict';

import { AWAY } from '../harness/guard.js';
import { CALM, PATIENT } from '../harness/policy.js';
import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

const MINUTE = 60_000;
const AN_HOUR = 60 * MINUTE;
/**
 * Of the codes of a page whose time is moved: what a busy machine needs between two looks at it is
 * little of that.
 */
const LIFETIME = 30 * MINUTE;
const LONG = { policy: { ...CALM, qr_lifetime: '30m', phone_code_lifetime: '30m' } };
/** A look so long before the end finds the code. */
const BEFORE_THE_END = 5 * MINUTE;

/** A window whose time can be moved. */
const CLOCK = { clock: {} };

webTest('a QR code is gone at its expiry, also without the server', LONG, async (world) => {
  const pairing = await world.open(CLOCK);
  await pairing.waitFor('qr');
  await loseServer(world, pairing);
  await pass(pairing, LIFETIME - BEFORE_THE_END);
  assert.notEqual(await readScreen(pairing.page), null);
  await pass(pairing, BEFORE_THE_END);
  await pairing.waitFor('expired');
  await assertNoQr(pairing);
});

webTest('a phone code is gone at its expiry, also without the server', LONG, async (world) => {
  const { pairing, code } = await openWithPhoneCode(world, CLOCK);
  await loseServer(world, pairing);
  await pass(pairing, LIFETIME - BEFORE_THE_END);
  assert.equal((await pairing.phoneCode.innerText()).trim(), code);
  await pass(pairing, BEFORE_THE_END);
  await pairing.waitFor('expired');
  await assertNoPhoneCode(pairing, code);
});

for (const [name, error] of [
  ['slow', -AN_HOUR],
  ['fast', AN_HOUR],
]) {
  webTest(
    `a computer whose clock is an hour ${name} shows a code for its whole life`,
    LONG,
    async (world) => {
      const pairing = await world.open({ clock: { time: Date.now() + error } });
      await pairing.waitFor('qr');
      await loseServer(world, pairing);
      await pass(pairing, LIFETIME - BEFORE_THE_END);
      assert.equal(await pairing.state(), 'qr');
      await pass(pairing, BEFORE_THE_END);
      await pairing.waitFor('expired');
    },
  );
}

webTest(
  'a computer whose clock is set back while it shows a code does not lengthen its life',
  LONG,
  async (world) => {
    const pairing = await world.open(CLOCK);
    await pairing.waitFor('qr');
    await loseServer(world, pairing);
    const { clock } = pairing.page;
    // The time of day alone: what has passed since the page was opened stays.
    await clock.setSystemTime((await pairing.page.evaluate(() => Date.now())) - AN_HOUR);
    await pass(pairing, LIFETIME - BEFORE_THE_END);
    assert.equal(await pairing.state(), 'qr');
    assert.match(await pairing.countdown.innerText(), /^[0-5]:\d\d$/);
    await pass(pairing, BEFORE_THE_END);
    await pairing.waitFor('expired');
    await assertNoQr(pairing);
  },
);

webTest('a computer that slept through the life of a code wakes without it', LONG, async (world) => {
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
    policy: { ...PATIENT, refresh_min: '5m', refresh_interval: '5m', refresh_max: '5m' },
  },
  async (world) => {
    const pairing = await world.open();
    await pairing.untilShown('qr', 'expired');
    await assertNoQr(pairing);
  },
);

webTest(
  'a dead phone code is followed by a question, not by another code',
  { speed: 40, policy: PATIENT },
  async (world) => {
    const { pairing, code } = await openWithPhoneCode(world);
    await pairing.waitFor('interaction');
    await assertNoPhoneCode(pairing, code);
    assert.equal((await world.gateway.calls()).phone_code, 1);
  },
);

webTest(
  'after three unused codes a click, and nothing else, asks for more',
  { speed: 10, policy: PATIENT },
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
    await pairing.untilShown('interaction', 'qr');
    assert.ok((await gateway.codeCalls()) > asked);
    await gateway.link();
    await pairing.waitFor('linked');
  },
);

async function openWithPhoneCode(world, options) {
  const pairing = await world.open(options);
  await pairing.usePhone.click();
  await pairing.sendNumber(world.gateway.phone);
  const { phoneCode } = await pairing.findShown((each) => each.phoneCode, 'a phone code');
  return { pairing, code: phoneCode };
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
