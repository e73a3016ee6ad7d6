// Other sites: one may frame the page and learns how it ended, the others can do nothing.

import assert from 'node:assert/strict';

import { answered } from '../harness/guard.js';
import { Origin } from '../harness/origin.js';
import { PairingPage } from '../harness/pairing_page.js';
import { CALM } from '../harness/policy.js';
import { until } from '../harness/until.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

const application = await Origin.start();
const stranger = await Origin.start();
const ALLOWED = { serve: { frame_ancestors: [application.url] } };

const FRAMING = (link) => `<!DOCTYPE html>
  <html lang="en"><title>Host</title>
  <iframe title="Pairing" src="${link}" width="400" height="700"></iframe>
  <script>
    window.told = [];
    addEventListener('message', ({ origin, data }) => told.push({ origin, data }));
  </script></html>`;

webTest(
  'an application that may frames the page and is told the outcome, never a code',
  ALLOWED,
  async (world) => {
    const { page, pairing } = await framed(world, application);
    await pairing.waitFor('qr');
    const code = (await world.gateway.show()).current_qr;
    await world.gateway.scan();
    await pairing.waitFor('linked');
    await page.waitForFunction(() => window.told.some(({ data }) => data.event === 'finished'));
    const told = await page.evaluate(() => window.told);
    const finished = told.filter(({ data }) => data.event !== 'resize');
    const data = { type: 'pairing', event: 'finished', outcome: 'connected' };
    assert.deepEqual(finished, [{ origin: world.server.origin, data }]);
    // How tall it is, for a frame that grows with it; and nothing else.
    for (const { data } of told.filter((message) => !finished.includes(message))) {
      assert.deepEqual(Object.keys(data).sort(), ['event', 'height', 'type']);
    }
    assert.ok(!JSON.stringify(told).includes(code));
    await assertAccessible(pairing);
  },
);

// Chromium finds every subdomain of `localhost` on this machine.
const SUBDOMAIN = application.url.replace('127.0.0.1', 'app.shop.localhost');
const SUBDOMAINS = application.url.replace('127.0.0.1', '*.shop.localhost');

webTest(
  'a subdomain of a domain that may frames the page and is told the outcome',
  { serve: { frame_ancestors: [SUBDOMAINS] } },
  async (world) => {
    const { page, pairing } = await framed(world, application, SUBDOMAIN);
    await pairing.waitFor('qr');
    await world.gateway.scan();
    await pairing.waitFor('linked');
    await page.waitForFunction(() => window.told.some(({ data }) => data.event === 'finished'));
  },
);

webTest(
  'a site that is no subdomain of it cannot',
  { serve: { frame_ancestors: [SUBDOMAINS] } },
  async (world) => {
    world.guard.forgive(/frame-ancestors/);
    await assertBlocked(world);
  },
);

webTest(
  'a click that is refused as of another site says what is the matter and what to do',
  { policy: CALM },
  async (world) => {
    world.guard.forgive(answered(403));
    const { link } = await world.createPairing();
    const pairing = await world.visit(link);
    await pairing.waitFor('qr');
    await pairing.page.route('**/cancel', (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/json',
        body: '{"error":{"kind":"cross_site","message":"x"}}',
      }),
    );
    await pairing.page.locator('details:not(#help) summary').click();
    await pairing.page.locator('#cancel').click();
    await pairing.page.getByText('in a window of its own').first().waitFor();
    assert.match(await pairing.page.locator('#failure').innerText(), /public_url/);
  },
);

webTest('nobody else can frame it', ALLOWED, async (world) => {
  world.guard.forgive(/frame-ancestors/);
  await assertBlocked(world);
});

webTest('without being told so, the page is framed by nobody', {}, async (world) => {
  world.guard.forgive(/frame-ancestors|X-Frame-Options/i);
  await assertBlocked(world);
});

webTest(
  'another site can neither start, switch, resume nor cancel',
  { policy: CALM },
  async (world) => {
    world.guard.forgive(answered(403), answered(415), /CORS|Cross-Origin|ERR_FAILED|ERR_BLOCKED/);
    world.guard.allow(stranger.url);
    const { link, id } = await world.createPairing();
    const pairing = await world.visit(link);
    await pairing.waitFor('qr');
    const isClick = ({ path }) => path.endsWith('/method');
    await until(() => world.guard.seen.some(isClick), 'the answer to the page itself');
    const before = world.guard.seen.length;
    const base = link.split('?')[0];
    stranger.html = '<!DOCTYPE html><html lang="en"><title>Attack</title></html>';
    const window = await world.openWindow();
    const page = await window.newPage();
    await page.goto(stranger.url);
    for (const action of ['start', 'method', 'resume', 'cancel']) {
      await page.evaluate(post, { url: `${base}/${action}`, type: 'text/plain' });
      await page.evaluate(post, { url: `${base}/${action}`, type: 'application/json' });
      await submitForm(page, `${base}/${action}`);
    }
    // Chromium shows the answers to forms alone; the others it keeps from the site and from us.
    const answers = world.guard.seen.slice(before).filter(({ method }) => method === 'POST');
    assert.equal(answers.length, 4);
    const refused = answers.filter(({ status }) => [403, 415].includes(status));
    assert.deepEqual(refused, answers);
    assert.equal((await world.server.summary(id)).state, 'running');
    assert.equal(await world.gateway.codeCalls(), 1);
  },
);

webTest('another site cannot read the page, its events or the API', {}, async (world) => {
  world.guard.forgive(/CORS|Cross-Origin|ERR_FAILED|ERR_BLOCKED/, answered(401));
  world.guard.allow(stranger.url);
  const { link } = await world.createPairing();
  stranger.html = '<!DOCTYPE html><html lang="en"><title>Attack</title></html>';
  const page = await (await world.openWindow()).newPage();
  await page.goto(stranger.url);
  const base = link.split('?')[0];
  for (const url of [link, `${base}/events`, `${world.server.baseUrl}/api/instances`]) {
    const read = await page.evaluate(
      (url) =>
        fetch(url).then(
          (response) => response.text(),
          () => null,
        ),
      url,
    );
    assert.equal(read, null, url);
  }
});

async function framed(world, host, url = host.url) {
  world.guard.allow(url);
  const { link } = await world.createPairing();
  host.html = FRAMING(link);
  const page = await (await world.openWindow()).newPage();
  await page.goto(url);
  const frame = page.frames().find((frame) => frame !== page.mainFrame());
  return { page, frame, pairing: new PairingPage(page, frame) };
}

async function assertBlocked(world) {
  const { frame } = await framed(world, stranger);
  await frame.waitForLoadState();
  assert.equal(await frame.locator('main').count(), 0);
  assert.equal((await world.gateway.calls()).total, 0);
}

/** Runs on the attacking site. */
function post({ url, type }) {
  const mode = type === 'text/plain' ? 'no-cors' : 'cors';
  const body = '{"method":"qr"}';
  return fetch(url, { method: 'POST', mode, headers: { 'content-type': type }, body }).then(
    () => {},
    () => {},
  );
}

/** What works without a script and without asking beforehand. */
async function submitForm(page, action) {
  await page.setContent(`<!DOCTYPE html>
    <form method="post" enctype="text/plain" action="${action}">
    <input name='{"method":"qr","x":"' value='"}'><button>Go</button></form>`);
  await Promise.all([
    page.waitForResponse((response) => response.url() === action),
    page.click('button'),
  ]);
  await page.goto(stranger.url);
}
