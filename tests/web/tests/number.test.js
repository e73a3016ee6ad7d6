// The phone code: what a phone opens with, because it cannot scan its own screen.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { PHONE } from '../harness/browser.js';
import { answered } from '../harness/guard.js';
import { CALM } from '../harness/policy.js';
import { until } from '../harness/until.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

webTest(
  'a phone is asked for its number, and until it is sent no gateway is',
  {},
  async (world) => {
    const { gateway } = world;
    const pairing = await world.open(PHONE);
    await pairing.waitFor('number');
    assert.ok(await pairing.number.isVisible());
    await pairing.number.pressSequentially(gateway.phone);
    assert.equal((await gateway.calls()).total, 0);
    await pairing.submit.click();
    await pairing.waitFor('phone_code');
    const { phone_code, code_qr_text } = await gateway.calls();
    assert.deepEqual({ phone_code, code_qr_text }, { phone_code: 1, code_qr_text: 0 });
  },
);

webTest(
  'a number for another account than the expected one gets words, and no code',
  {},
  async (world) => {
    world.guard.forgive(answered(409));
    const { link } = await world.createPairing({ expect_phone: world.gateway.phone });
    const pairing = await world.visit(link, PHONE);
    await pairing.waitFor('number');
    await pairing.sendNumber('+55 11 97777-6666');
    await pairing.numberError.filter({ hasText: 'for another number' }).waitFor();
    assert.equal((await world.gateway.calls()).total, 0);
  },
);

/** The table that the program and the bindings are tested with as well. */
const TYPED = new URL('../../scenarios/typed_numbers.json', import.meta.url);

webTest('numbers are read as they are typed and pasted', { policy: CALM }, async (world) => {
  world.guard.forgive(answered(400));
  const pairing = await world.open(PHONE);
  await pairing.waitFor('number');
  for (const { typed, phone } of JSON.parse(await readFile(TYPED, 'utf8'))) {
    await pairing.sendNumber(typed);
    if (phone === null) {
      await pairing.numberError.waitFor();
      assert.notEqual((await pairing.numberError.innerText()).trim(), '', typed);
      continue;
    }
    // Codes for several numbers are far apart; the page names the number before.
    await pairing.waitFor('preparing', 'phone_code');
    await until(
      async () => (await pairing.shownNumber()) === phone,
      `the number of ${JSON.stringify(typed)}`,
    );
    await pairing.otherNumber.click();
    await pairing.waitFor('number');
  }
});

const WRONG = [
  ['without a country code', '11 99999-8888'],
  ['too short', '+551'],
  ['too long', '+55119999988887777'],
  ['not a number', 'my phone'],
  ['empty', ''],
];

for (const [what, number] of WRONG) {
  webTest(`a number that is ${what} gets words, and no code`, {}, async (world) => {
    world.guard.forgive(answered(400));
    const pairing = await world.open(PHONE);
    await pairing.waitFor('number');
    await pairing.sendNumber(number);
    await pairing.numberError.waitFor();
    assert.notEqual((await pairing.numberError.innerText()).trim(), '');
    assert.equal(await pairing.state(), 'number');
    assert.equal(await pairing.number.getAttribute('aria-invalid'), 'true');
    assert.equal((await world.gateway.calls()).total, 0);
    await assertAccessible(pairing);
    // And corrected, it is as good as any.
    await pairing.sendNumber(world.gateway.phone);
    await pairing.waitFor('phone_code');
  });
}

webTest('the words about a wrong number name what is wrong with it', {}, async (world) => {
  world.guard.forgive(answered(400));
  const pairing = await world.open(PHONE);
  await pairing.waitFor('number');
  await pairing.sendNumber('11 99999-8888');
  await pairing.numberError.filter({ hasText: 'country code seems to be missing' }).waitFor();
  await pairing.sendNumber('+551');
  await pairing.numberError.filter({ hasText: 'not a complete phone number' }).waitFor();
});

webTest('one can change between the methods, both ways', { policy: CALM }, async (world) => {
  const { gateway } = world;
  const pairing = await world.open();
  await pairing.waitFor('qr');
  await pairing.usePhone.click();
  await pairing.waitFor('number');
  await pairing.sendNumber(gateway.phone);
  await pairing.waitFor('phone_code');
  await pairing.useQr.click();
  await pairing.waitFor('qr');
  const { phone_code, code_qr_text } = await gateway.calls();
  assert.deepEqual({ phone_code, code_qr_text }, { phone_code: 1, code_qr_text: 2 });
});

webTest('the same number sent again brings its code back', { policy: CALM }, async (world) => {
  const { gateway } = world;
  const pairing = await world.open(PHONE);
  await pairing.waitFor('number');
  await pairing.sendNumber(gateway.phone);
  await pairing.waitFor('phone_code');
  const code = await pairing.phoneCode.innerText();
  // Twice: the second time the page has been told of nothing since the first.
  for (const _ of [1, 2]) {
    await pairing.otherNumber.click();
    await pairing.waitFor('number');
    await pairing.submit.click();
    await pairing.waitFor('phone_code');
    assert.equal(await pairing.phoneCode.innerText(), code);
  }
  assert.equal((await gateway.calls()).phone_code, 1);
});

webTest(
  'a QR code asked for while another visitor starts with a number is shown',
  { policy: CALM },
  async (world) => {
    const { link } = await world.createPairing();
    const first = await world.visit(link, PHONE);
    const second = await world.visit(link, { begin: false });
    await Promise.all([first.waitFor('number'), second.waitFor('start')]);
    await overtake(second, () => startByNumber(first, world.gateway.phone));
    await second.start.click();
    await Promise.all([first.waitFor('qr'), second.waitFor('qr')]);
  },
);

webTest(
  'a number sent while another visitor starts with another one is the one to link',
  { policy: CALM },
  async (world) => {
    const other = '+5511977776666';
    const { link } = await world.createPairing();
    const [first, second] = [await world.visit(link, PHONE), await world.visit(link, PHONE)];
    await Promise.all([first.waitFor('number'), second.waitFor('number')]);
    await overtake(second, () => startByNumber(first, other));
    await second.sendNumber(world.gateway.phone);
    await until(
      async () => (await second.shownNumber()) === world.gateway.phone,
      'the number of the second visitor',
    );
    await second.waitFor('preparing', 'phone_code');
  },
);

webTest('a phone can show the QR code after all, for another phone to scan', {}, async (world) => {
  const pairing = await world.open(PHONE);
  await pairing.waitFor('number');
  await pairing.useQr.click();
  await pairing.waitFor('qr');
  await world.gateway.scan();
  await pairing.waitFor('linked');
});

webTest(
  'leaving the form without a number brings the QR code back, for no call',
  {
    policy: CALM,
  },
  async (world) => {
    const pairing = await world.open();
    await pairing.waitFor('qr');
    await pairing.usePhone.click();
    await pairing.waitFor('number');
    await pairing.back.click();
    await pairing.waitFor('qr');
    assert.equal(await world.gateway.codeCalls(), 1);
  },
);

webTest('the code can be copied', {}, async (world) => {
  const pairing = await world.open({
    ...PHONE,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await pairing.waitFor('number');
  await pairing.sendNumber(world.gateway.phone);
  await pairing.waitFor('phone_code');
  await pairing.copy.click();
  const copied = await until(
    () => pairing.frame.evaluate(() => navigator.clipboard.readText()),
    'a copy',
  );
  await world.gateway.type(copied);
  await pairing.waitFor('linked');
});

/** Does something while the next click of a page is under way to the server. */
const overtake = (pairing, act) =>
  pairing.page.route(/\/(start|method)$/, async (route) => {
    await act();
    await route.continue();
  }, { times: 1 });

async function startByNumber(pairing, number) {
  await pairing.sendNumber(number);
  await pairing.waitFor('phone_code');
}
