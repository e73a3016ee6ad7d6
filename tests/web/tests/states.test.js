// Every state has words, in three languages, and none of them shuts anybody out: light and dark.

import assert from 'node:assert/strict';

import { answered } from '../harness/guard.js';
import { request } from '../harness/json_http.js';
import { PairingPage } from '../harness/pairing_page.js';
import { PATIENT } from '../harness/policy.js';
import { PROVIDERS, SECRET } from '../harness/providers.js';
import { until } from '../harness/until.js';
import { scripted } from '../harness/views.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

const IMPATIENT = { policy: { retry: { max_retries: 0, phone_code_max_retries: 0 } } };
/** Nothing that a phone could do helps. */
const NEEDS_OTHERS = [
  'license_required',
  'capacity_reached',
  'account_blocked',
  'invalid_signature',
];
const STRANGER = '+5511912345678';

/** A link to a fresh pairing. */
const fresh = async (world, body) => (await world.createPairing(body)).link;
const faulty =
  (...faults) =>
  async (world) => {
    await world.gateway.setFaults(...faults);
    return fresh(world);
  };
/** A link to a page that is shown this screen. */
const shown = (screen, more) => async (world) => (await scripted(world, screen, more)).link;
const sendNumber = async (pairing, { gateway }) => {
  await pairing.usePhone.click();
  await pairing.sendNumber(gateway.phone);
};

/**
 * `link` prepares and gives a link, `act` is what is done on its page, `own` means that nobody else
 * sees this state.
 */
const STATES = [
  { state: 'start', options: { begin: false } },
  { state: 'preparing', link: faulty('hang') },
  { state: 'qr' },
  { state: 'number', act: (pairing) => pairing.usePhone.click(), own: true },
  { state: 'phone_code', act: sendNumber },
  {
    state: 'expired',
    world: {
      speed: 10,
      policy: { ...PATIENT, refresh_min: '5m', refresh_interval: '5m', refresh_max: '5m' },
    },
  },
  { state: 'interaction', world: { speed: 20, policy: PATIENT } },
  {
    state: 'linked',
    act: async (pairing, { gateway }) => {
      await pairing.waitFor('qr');
      await gateway.scan();
    },
  },
  {
    state: 'already_linked',
    link: async (world) => {
      await world.gateway.link();
      return fresh(world);
    },
  },
  { state: 'starting', link: shown({ kind: 'starting' }) },
  { state: 'linking', link: shown({ kind: 'linking' }) },
  { state: 'confirming', link: shown({ kind: 'linked', phone: STRANGER }) },
  { state: 'passkey_step', link: faulty('passkey_challenge') },
  {
    state: 'passkey_step',
    name: 'passkey_step, with a link and a code',
    link: shown({
      kind: 'passkey_required',
      url: 'https://gateway.example/',
      confirmation_code: '1234-5678',
    }),
  },
  { state: 'passkey', link: shown({ kind: 'finished', outcome: 'passkey_required' }) },
  { state: 'link_dropped', link: shown({ kind: 'finished', outcome: 'link_dropped' }) },
  ...NEEDS_OTHERS.map((kind) => ({
    state: 'refused',
    name: `refused for ${kind}`,
    link: shown({
      kind: 'finished',
      outcome: 'rejected',
      error: { kind, message: '', retryable: false },
    }),
  })),
  {
    state: 'wrong_account',
    link: (world) => fresh(world, { expect_phone: STRANGER }),
    act: async (pairing, { gateway }) => {
      await pairing.waitFor('qr');
      await gateway.scan();
    },
  },
  { state: 'refused', name: 'refused by Z-API', link: faulty('client_token_not_allowed') },
  {
    state: 'refused',
    name: 'refused for lack of a subscription',
    link: faulty('subscription_lapsed'),
  },
  ...PROVIDERS.map((provider) => ({
    state: 'refused',
    name: `refused for wrong credentials, by ${provider}`,
    world: { provider, instance: { [SECRET[provider]]: 'WRONG' } },
  })),
  { state: 'rate_limited', link: faulty('rate_overlimit'), act: sendNumber },
  { state: 'unavailable', world: IMPATIENT, link: faulty('server_error') },
  ...PROVIDERS.map((provider) => ({
    state: 'unavailable',
    name: `unavailable, of ${provider}`,
    world: { provider, ...IMPATIENT },
    link: faulty('connection_reset'),
  })),
  { state: 'deadline', world: { policy: { deadline: '2s' } }, own: true },
  {
    state: 'cancelled',
    act: async (pairing) => {
      await pairing.waitFor('qr');
      await pairing.giveUp();
    },
  },
];

for (const state of STATES) {
  testState(state);
}

function testState({ state, name = state, world: setup, link = fresh, act, own, options }) {
  webTest(`state ${name}`, setup, async (world) => {
    const address = await link(world);
    const pairing = await world.visit(address, options);
    await act?.(pairing, world);
    await pairing.waitFor(state);
    const words = [await pairing.text()];
    await assertAccessible(pairing);
    if (!own) {
      for (const locale of ['pt-BR', 'es']) {
        const other = await world.visit(address, { locale, ...options });
        await other.waitFor(state);
        words.push(await other.text());
      }
      assert.equal(new Set(words).size, 3, 'every language has words of its own');
    }
    for (const text of words) {
      assert.ok(text.trim().length > 20, `no words: ${text}`);
      assert.doesNotMatch(text, /undefined|null|NaN|\{|\}/);
    }
  });
}

webTest('state connecting', {}, async (world) => {
  const window = await world.openWindow();
  // The answer never comes.
  await window.route(/\/(events|state)/, () => {});
  const page = await window.newPage();
  await page.goto(await fresh(world));
  const pairing = new PairingPage(page);
  await pairing.waitFor('connecting');
  assert.ok((await pairing.text()).trim().length > 0);
  await assertAccessible(pairing);
});

webTest('state gone', {}, async (world) => {
  world.guard.forgive(answered(404));
  const dead = (await fresh(world)).replace(/\/p\/[^/?]+/, `/p/${'A'.repeat(43)}`);
  const pairing = await world.visit(dead);
  await pairing.waitFor('gone');
  await assertAccessible(pairing);
});

webTest('state gone, of a page that was left open', { serve: { linger: '1s' } }, async (world) => {
  world.guard.forgive(answered(404), answered(410));
  const link = await fresh(world);
  const pairing = await world.visit(link);
  await pairing.waitFor('qr');
  await pairing.giveUp();
  await pairing.waitFor('cancelled');
  await until(async () => (await request('GET', link)).status === 404, 'the end of the link');
  await pairing.page.reload();
  await pairing.waitFor('gone');
});

webTest('state busy', { serve: { max_viewers: 1 } }, async (world) => {
  world.guard.forgive(answered(503));
  const link = await fresh(world);
  const first = await world.visit(link);
  await first.waitFor('qr');
  const second = await world.visit(link);
  await second.waitFor('busy');
  await assertAccessible(second);
  // It tries again by itself, and gets the place that becomes free.
  await first.page.close();
  await second.waitFor('qr');
});
