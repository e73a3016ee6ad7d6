// Between a code and a link: a gateway that starts, a scan that is being finished, a passkey, and a
// link that must last before it counts.

import assert from 'node:assert/strict';

import { CALM } from '../harness/policy.js';
import { DRAWING, scripted, shownCode } from '../harness/views.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

const PASSKEY = { kind: 'passkey_required' };
const SECRET_URL = 'https://gateway.example/passkey?id=SECRET';
const PHONE = '+5511999998888';

/** Of the present section. */
const place = (pairing, selector) => pairing.frame.locator(`${selector}:visible`).boundingBox();

webTest('the code of a gateway that starts comes into the same place', {}, async (world) => {
  const { views, link } = await scripted(world, { kind: 'starting' });
  const pairing = await world.visit(link);
  await pairing.waitFor('starting');
  assert.match(await pairing.text(), /is starting the instance/);
  await assertAccessible(pairing);
  const before = await place(pairing, '.frame');
  views.show(shownCode(), { drawing: DRAWING });
  await pairing.waitFor('qr');
  assert.deepEqual(await place(pairing, '.frame'), before);
});

webTest('a scan takes the code away and says that it is nearly done', {}, async (world) => {
  const { views, link } = await scripted(world, shownCode(), { drawing: DRAWING });
  const pairing = await world.visit(link);
  await pairing.waitFor('qr');
  const card = await place(pairing, 'main');
  views.show({ kind: 'linking' });
  await pairing.waitFor('linking');
  assert.match(await pairing.text(), /Keep WhatsApp open/);
  assert.equal(await pairing.qr.locator('svg').count(), 0, 'the code is gone');
  const meanwhile = await place(pairing, 'main');
  assert.equal(meanwhile.width, card.width);
  await assertAccessible(pairing);
  // It was not: the next code comes.
  views.show({ kind: 'code_expired' });
  await pairing.waitFor('expired');
  views.show({ kind: 'finished', outcome: 'connected', phone: PHONE });
  await pairing.waitFor('linked');
  const announced = await pairing.announcements();
  assert.equal(announced.filter((text) => text.includes('Almost done')).length, 1);
});

webTest('with a phone code, the place of the code says it too', {}, async (world) => {
  const more = { method: 'phone_code', phone: PHONE };
  const { link } = await scripted(world, { kind: 'linking' }, more);
  const pairing = await world.visit(link);
  await pairing.waitFor('linking');
  assert.equal(await pairing.frame.locator('.slip:visible').count(), 1);
  assert.equal(await pairing.frame.locator('.frame:visible').count(), 0);
});

webTest(
  'a passkey is no end: finished at the gateway, it turns the page green',
  { policy: { status_interval: '200ms' } },
  async (world) => {
    const { gateway } = world;
    await gateway.setFaults('passkey_challenge');
    const pairing = await world.open();
    await pairing.waitFor('passkey_step');
    assert.match(await pairing.text(), /own panel/);
    assert.equal(await pairing.frame.locator('#passkey-link:visible').count(), 0);
    assert.equal(await pairing.frame.locator('#passkey-code:visible').count(), 0);
    await assertAccessible(pairing);
    await gateway.setFaults();
    await gateway.link();
    await pairing.waitFor('linked');
  },
);

webTest('in place of a passkey, codes can be asked for again', {}, async (world) => {
  const { gateway } = world;
  await gateway.setFaults('passkey_challenge');
  const pairing = await world.open();
  await pairing.waitFor('passkey_step');
  await gateway.setFaults();
  await pairing.codes.click();
  await pairing.waitFor('qr');
  await gateway.scan();
  await pairing.waitFor('linked');
});

webTest('a passkey has a link and a code to compare, and both go with it', {}, async (world) => {
  const step = { ...PASSKEY, url: SECRET_URL, confirmation_code: '1234-5678' };
  const { views, link } = await scripted(world, step, { actions: { resume: true } });
  const pairing = await world.visit(link);
  await pairing.waitFor('passkey_step');
  const anchor = pairing.frame.locator('#passkey-link');
  assert.deepEqual(
    await anchor.evaluate(({ href, target, rel }) => ({ href, target, rel })),
    { href: SECRET_URL, target: '_blank', rel: 'noopener noreferrer' },
  );
  assert.equal(await anchor.innerText(), 'Continue on gateway.example');
  const code = pairing.frame.locator('#passkey-code');
  assert.equal(await code.innerText(), '1234-5678');
  assert.equal(await code.getAttribute('aria-label'), '1 2 3 4 - 5 6 7 8');
  assert.doesNotMatch(await pairing.text(), /own panel/);
  await assertAccessible(pairing);
  await pairing.codes.click();
  assert.deepEqual(views.actions, ['resume']);
  views.show({ kind: 'linking' });
  await pairing.waitFor('linking');
  assert.doesNotMatch(await pairing.page.content(), /SECRET|1234-5678/);
});

webTest('a step that changes is said again, and the same one is not', {}, async (world) => {
  const { views, link } = await scripted(world, PASSKEY);
  const pairing = await world.visit(link);
  await pairing.waitFor('passkey_step');
  const said = async () => {
    const announced = await pairing.announcements();
    return announced.filter((text) => text.includes('passkey')).length;
  };
  assert.equal(await said(), 1);
  views.show({ ...PASSKEY, confirmation_code: '1234' });
  await pairing.frame.locator('#passkey-code:visible').waitFor();
  assert.equal(await said(), 2);
  views.show({ ...PASSKEY, confirmation_code: '1234' }, { attempt: 2 });
  views.show({ kind: 'linking' });
  await pairing.waitFor('linking');
  assert.equal(await said(), 2);
});

webTest('what is no secure address becomes no link', {}, async (world) => {
  const { views, link } = await scripted(world, { ...PASSKEY, url: 'javascript:alert(1)' });
  const pairing = await world.visit(link);
  await pairing.waitFor('passkey_step');
  const wrong = ['javascript:alert(1)', 'http://gateway.example/', 'https://[', 'https://a:b/'];
  for (const url of wrong) {
    views.show({ ...PASSKEY, url, confirmation_code: `${url.length}` });
    await pairing.frame.locator('#passkey-code', { hasText: `${url.length}` }).waitFor();
    assert.equal(await pairing.frame.locator('#passkey-link').getAttribute('href'), null, url);
    assert.equal(await pairing.frame.locator('#passkey-link:visible').count(), 0, url);
  }
});

webTest(
  'a link that must last is shown at once, and is green when it has lasted',
  { policy: { ...CALM, status_interval: '200ms', link_confirmation: '3s' } },
  async (world) => {
    const { gateway } = world;
    const pairing = await world.open();
    await pairing.waitFor('qr');
    await gateway.scan();
    await pairing.waitFor('confirming');
    assert.equal(await pairing.shownNumber(), gateway.phone);
    await assertAccessible(pairing);
    await pairing.waitFor('linked');
  },
);

webTest(
  'a link that WhatsApp removes within seconds is no success, and the page says what to do',
  {
    policy: {
      ...CALM,
      status_interval: '200ms',
      linking_status_interval: '200ms',
      link_confirmation: '5s',
    },
  },
  async (world) => {
    const { gateway } = world;
    const pairing = await world.open();
    await pairing.waitFor('qr');
    await gateway.scan();
    await pairing.waitFor('confirming');
    await gateway.unlink();
    await pairing.waitFor('link_dropped');
    assert.match(await pairing.text(), /removed the link[^]*Wait some hours/);
    await assertAccessible(pairing);
  },
);
