// The server goes away and comes back: the page says so and goes on.

import assert from 'node:assert/strict';

import { answered, AWAY } from '../harness/guard.js';
import { readScreen } from '../harness/qr.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

webTest('a killed server is noticed; restarted, it goes on where links lead', {}, async (world) => {
  world.guard.forgive(AWAY, answered(503));
  const { server, gateway } = world;
  const pairing = await world.open();
  await pairing.waitFor('qr');
  await server.kill();
  await pairing.offline.waitFor();
  await assertAccessible(pairing);
  await server.restart();
  await pairing.online.waitFor();
  await pairing.waitFor('qr');
  await gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest('a server that is shut down in good order is missed and found again', {}, async (world) => {
  world.guard.forgive(AWAY, answered(503));
  const { server, gateway } = world;
  const pairing = await world.open();
  await pairing.waitFor('qr');
  await server.shutDown();
  await pairing.offline.waitFor();
  await server.restart();
  await pairing.online.waitFor();
  await pairing.waitFor('qr');
  await gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest('what is clicked while the server is away is not lost in silence', {}, async (world) => {
  world.guard.forgive(AWAY);
  const pairing = await world.open();
  await pairing.waitFor('qr');
  await world.server.kill();
  await pairing.offline.waitFor();
  await pairing.giveUp();
  await pairing.failure.waitFor();
  assert.notEqual((await pairing.failure.innerText()).trim(), '');
  assert.notEqual(await pairing.state(), 'cancelled');
  await assertAccessible(pairing);
});
