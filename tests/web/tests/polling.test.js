// Streams that never arrive: the page asks for the state instead, and the operator is told.

import assert from 'node:assert/strict';

import { INSECURE_HOST } from '../harness/browser.js';
import { answered, AWAY } from '../harness/guard.js';
import { PairingPage } from '../harness/pairing_page.js';
import { CALM, PATIENT } from '../harness/policy.js';
import { Proxy } from '../harness/proxy.js';
import { readScreen } from '../harness/qr.js';
import { until } from '../harness/until.js';
import { webTest } from '../harness/web_test.js';

const SECOND = 1000;
const FALLBACKS = /^pairing_stream_fallbacks_total\{reason="silent"\} (\d+)/;

/** A page behind a proxy, and what was made for it. */
async function behind(world, mode, options) {
  const proxy = await Proxy.start(world.server.origin, mode);
  world.onEnd(() => proxy.stop());
  world.guard.allow(proxy.url);
  const created = await world.createPairing();
  const pairing = await world.visit(proxy.through(created.link), options);
  return { proxy, pairing, ...created };
}

/** Only requests for the state are of interest. */
const polls = (world) => world.guard.seen.filter(({ path }) => path.endsWith('/state')).length;

for (const mode of ['hold', 'holdBody', 'refuse', 'cut']) {
  webTest(`a phone is linked where a proxy does this to streams: ${mode}`, {}, async (world) => {
    world.guard.forgive(answered(504), AWAY);
    const { pairing, link } = await behind(world, mode);
    await pairing.waitFor('qr');
    const code = await readScreen(pairing.page);
    assert.equal(code, (await world.gateway.show()).current_qr);
    assert.equal(await pairing.offline.count(), 0);
    await world.gateway.scan(code);
    await pairing.waitFor('linked');
    const { log } = world.server;
    assert.equal(log.split('the event stream does not reach a page').length, 2, log);
    assert.ok(!log.includes(new URL(link).pathname.split('/').at(-1)));
    const counted = (await world.server.metrics()).map((line) => line.match(FALLBACKS)?.[1]);
    assert.ok(counted.includes('1'), counted.join());
  });
}

// A second answer, as old as the first, would take the code away again.
webTest('where the stream arrives, the page asks for the state no other way', {}, async (world) => {
  const { link } = await world.createPairing({ autostart: true });
  const pairing = await world.visit(link, { begin: false });
  await pairing.waitFor('qr');
  const paths = world.guard.seen.map(({ path }) => path);
  assert.equal(paths.filter((path) => path.endsWith('/events')).length, 1);
  assert.equal(paths.filter((path) => path.endsWith('/start')).length, 1);
  assert.equal(polls(world), 0);
});

webTest('every button works without a stream', { policy: CALM }, async (world) => {
  const { pairing } = await behind(world, 'hold');
  await pairing.waitFor('qr');
  await pairing.usePhone.click();
  await pairing.sendNumber(world.gateway.phone);
  await pairing.waitFor('phone_code');
  await pairing.useQr.click();
  await pairing.waitFor('qr');
  await pairing.giveUp();
  await pairing.waitFor('cancelled');
});

webTest(
  'without a stream, too, every code of a round comes, and then a question',
  // A page that asks every three seconds has seven more for each code.
  { speed: 2, policy: { ...PATIENT, codes_per_round: 2 } },
  async (world) => {
    const { pairing } = await behind(world, 'hold');
    for (const words of ['Code 1 of 2', 'Code 2 of 2']) {
      await pairing.findShown(({ attempt }) => attempt === words, words);
    }
    await pairing.waitFor('interaction');
    // The code that comes again while it is shown is one request more.
    const asked = await world.gateway.codeCalls();
    assert.ok(asked === 2 || asked === 3, `${asked} requests`);
    await pairing.resume.click();
    await pairing.untilShown('interaction', 'qr');
  },
);

webTest(
  'what a code has left is counted from when it was asked for',
  { policy: CALM },
  async (world) => {
    const { link, path } = await world.createPairing({ autostart: true });
    // Another page starts it; its code is good for an hour.
    await (await world.visit(link)).waitFor('qr');
    const window = await world.openWindow();
    await window.clock.install();
    const page = await window.newPage();
    await window.route(/\/events$/, () => {});
    await window.route(/\/state/, async (route) => {
      const response = await route.fetch();
      // So long the answer is under way.
      await page.clock.fastForward(8 * SECOND);
      await route.fulfill({ response });
    });
    await page.goto(new URL(path, world.server.origin).href);
    const pairing = new PairingPage(page);
    await page.clock.fastForward(5 * SECOND);
    await pairing.waitFor('qr');
    const [minutes, seconds] = (await pairing.countdown.innerText()).split(':').map(Number);
    assert.ok(minutes * 60 + seconds <= 3600 - 8, `${minutes}:${seconds}`);
  },
);

webTest('a page that polls notices a server that is away, and goes on', {}, async (world) => {
  world.guard.forgive(AWAY, answered(503), answered(502));
  const { pairing } = await behind(world, 'hold');
  await pairing.waitFor('qr');
  await world.server.kill();
  await pairing.offline.waitFor();
  await world.server.restart();
  await pairing.online.waitFor();
  await pairing.waitFor('qr');
  await world.gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

webTest('a page that polls is told the end of its link', { serve: { linger: '1s' } }, async (world) => {
  world.guard.forgive(answered(404));
  const { pairing, id } = await behind(world, 'hold');
  await pairing.waitFor('qr');
  // Out of its sight until it is too late.
  await pairing.page.context().setOffline(true);
  await pairing.offline.waitFor();
  world.guard.forgive(/ERR_INTERNET_DISCONNECTED/);
  await world.server.api('DELETE', `/pairings/${id}`);
  await until(
    async () => (await fetch(pairing.page.url())).status === 404,
    'the end of the link',
  );
  await pairing.page.context().setOffline(false);
  await pairing.waitFor('gone');
});

webTest('a stream that arrives again is used again', { policy: CALM }, async (world) => {
  const { proxy, pairing, id } = await behind(world, 'hold', { clock: {}, begin: false });
  await pairing.page.clock.fastForward(5 * SECOND);
  await pairing.waitFor('start');
  const messages = [];
  const devtools = await pairing.page.context().newCDPSession(pairing.page);
  devtools.on('Network.eventSourceMessageReceived', (message) => messages.push(message));
  await devtools.send('Network.enable');
  proxy.mode = 'pass';
  await pairing.page.clock.fastForward(30 * SECOND);
  const viewers = async (count) => (await world.server.summary(id)).viewers === count;
  await until(() => messages.length > 0, 'the beginning of another try');
  // Its beginning alone could be all that comes.
  await pairing.page.clock.fastForward(3 * SECOND);
  await pairing.start.click();
  await pairing.waitFor('qr');
  await until(async () => {
    const before = polls(world);
    await pairing.page.clock.fastForward(15 * SECOND);
    return before === polls(world) && viewers(1);
  }, 'the stream alone');
  await world.gateway.scan(await readScreen(pairing.page));
  await pairing.waitFor('linked');
});

for (const [where, hasLocks] of [
  ['', true],
  [', also without TLS on another host, where browsers have no locks', false],
]) {
  const name = `seven tabs of one browser all work over HTTP/1.1${where}`;
  webTest(name, { policy: CALM }, (world) => sevenTabs(world, hasLocks));
}

/** So many tabs of a browser have one. */
const STREAMS = 4;

/**
 * A tab gives the others a quarter of a second to answer, which a busy machine may need for itself:
 * here it waits until `goOn` has found so many answers.
 */
function waitForEveryAnswer() {
  const [Native, setTimeout] = [window.BroadcastChannel, window.setTimeout];
  let asked, answered;
  let answers = 0;
  window.BroadcastChannel = class extends Native {
    constructor(name) {
      super(name);
      this.addEventListener('message', ({ data }) => (answers += data.answer === asked ? 1 : 0));
    }
    postMessage(message) {
      asked = message.question ?? asked;
      super.postMessage(message);
    }
  };
  window.setTimeout = (then, delay, ...rest) => {
    if (delay !== 250) {
      return setTimeout(then, delay, ...rest);
    }
    answered = then;
  };
  window.goOn = (enough) => {
    const may = answered && answers >= enough;
    if (may) {
      answered();
    }
    return may;
  };
}

async function sevenTabs(world, hasLocks) {
  const created = await world.createPairing({ autostart: true });
  const { id } = created;
  const address = new URL(created.link);
  if (!hasLocks) {
    address.hostname = INSECURE_HOST;
    world.guard.allow(address.origin);
  }
  const link = address.href;
  const window = await world.openWindow();
  const tabs = [];
  if (!hasLocks) {
    await window.addInitScript(waitForEveryAnswer);
  }
  for (let count = 0; count < 7; count += 1) {
    const page = await window.newPage();
    await page.goto(link);
    if (!hasLocks) {
      await page.waitForFunction((answers) => window.goOn?.(answers), Math.min(count, STREAMS));
    }
    const pairing = new PairingPage(page);
    await pairing.waitFor('qr');
    tabs.push(pairing);
  }
  assert.equal(await tabs[0].page.evaluate(() => 'locks' in navigator), hasLocks);
  assert.equal((await world.server.summary(id)).viewers, STREAMS);
  assert.ok(!world.server.log.includes('does not reach'), 'it is nothing for the operator');
  // A button in the last one, and what all the others show.
  await tabs.at(-1).giveUp();
  await Promise.all(tabs.map((tab) => tab.waitFor('cancelled')));
}
