// With webhooks on, the gateway tells, and the page is green without anybody having asked often.

import assert from 'node:assert/strict';

import { CALM } from '../harness/policy.js';
import { PROVIDERS } from '../harness/providers.js';
import { webTest } from '../harness/web_test.js';

/** Only a webhook can be noticed. */
const DEAF = {
  webhooks: true,
  policy: { ...CALM, status_interval: '1h', webhook_status_interval: '1h' },
};

// Two gateways that answer the first request for a code with one, and two that must be started. What else
// sends webhooks is in the tests of the hub.
for (const provider of PROVIDERS.slice(0, 4)) {
  webTest(
    `${provider}: a webhook alone turns the page green, after one call to make sure`,
    { provider, ...DEAF },
    async (world) => {
      const { gateway } = world;
      const pairing = await world.open();
      await pairing.waitFor('qr');
      await gateway.resetCalls();
      await gateway.scan();
      await pairing.waitFor('linked');
      const { status, code_qr_text, code_qr_image } = await gateway.calls();
      assert.equal(code_qr_text + code_qr_image, 0);
      // Some gateways tell of a step before the link as well, which may cost a call of its own.
      assert.ok(status === 1 || status === 2, `${status} calls`);
    },
  );
}

webTest(
  'a webhook is never believed: the gateway is asked, and the page stays as it was',
  DEAF,
  async (world) => {
    const { gateway } = world;
    const pairing = await world.open();
    await pairing.waitFor('qr');
    await gateway.resetCalls();
    const body = {
      type: 'ConnectedCallback',
      connected: true,
      instanceId: gateway.credentials.instance,
    };
    const { status } = await world.server.request('POST', world.webhookPath(), { body });
    assert.equal(status, 204);
    await gateway.waitForCalls((calls) => calls.status === 1 && calls.in_flight === 0);
    assert.equal(await pairing.state(), 'qr');
  },
);

webTest('a webhook without the secret is refused, and nobody is asked', DEAF, async (world) => {
  const { gateway } = world;
  const pairing = await world.open();
  await pairing.waitFor('qr');
  await gateway.resetCalls();
  const path = world.webhookPath('a-guess-at-the-webhook-secret');
  const body = { type: 'ConnectedCallback', connected: true };
  const { status } = await world.server.request('POST', path, { body });
  assert.equal(status, 404);
  assert.equal((await gateway.calls()).total, 0);
});
