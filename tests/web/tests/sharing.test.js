// One session, however many look at it: nobody who comes later costs the gateway a call.

import assert from 'node:assert/strict';

import { CALM } from '../harness/policy.js';
import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

/** No call but those that a viewer might cause. */
const NO_POLLING = { policy: { ...CALM, status_interval: '1h' } };

webTest('reloading continues the session', NO_POLLING, async (world) => {
  const pairing = await world.open();
  const { code, calls } = await shown(world, pairing);
  await pairing.page.reload();
  await pairing.waitFor('qr');
  assert.equal(await readScreen(pairing.page), code);
  assert.equal((await world.gateway.calls()).total, calls.total);
});

webTest('a second tab watches the same session', NO_POLLING, async (world) => {
  const { link, id } = await world.createPairing();
  const first = await world.visit(link);
  const { code, calls } = await shown(world, first);
  const second = await world.visit(link);
  await second.waitFor('qr');
  assert.equal(await readScreen(second.page), code);
  assert.equal((await world.server.summary(id)).viewers, 2);
  assert.equal((await world.gateway.calls()).total, calls.total);
  await second.giveUp();
  await Promise.all([first.waitFor('cancelled'), second.waitFor('cancelled')]);
});

webTest(
  'a second link to the same instance leads to the same session',
  NO_POLLING,
  async (world) => {
    const one = await world.createPairing();
    const first = await world.visit(one.link);
    const { code, calls } = await shown(world, first);
    const other = await world.createPairing();
    assert.deepEqual([other.id, other.new], [one.id, false]);
    assert.notEqual(other.link, one.link);
    const second = await world.visit(other.link);
    await second.waitFor('qr');
    assert.equal(await readScreen(second.page), code);
    assert.equal((await world.gateway.calls()).total, calls.total);
  },
);

webTest('a pairing whose page nobody opens costs the gateway nothing', {}, async (world) => {
  const { id } = await world.createPairing();
  assert.equal((await world.server.summary(id)).state, 'idle');
  assert.equal((await world.gateway.calls()).total, 0);
});

webTest('who comes when all is over sees how it ended', NO_POLLING, async (world) => {
  const { link } = await world.createPairing();
  const first = await world.visit(link);
  await first.waitFor('qr');
  await first.giveUp();
  await first.waitFor('cancelled');
  const second = await world.visit(link);
  await second.waitFor('cancelled');
  assert.equal((await world.gateway.calls()).code_qr_text, 1);
});

async function shown(world, pairing) {
  await pairing.waitFor('qr');
  return { code: await readScreen(pairing.page), calls: await world.gateway.calls() };
}
