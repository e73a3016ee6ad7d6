// A keyboard and a screen reader are enough.

import assert from 'node:assert/strict';

import { CALM, PATIENT } from '../harness/policy.js';
import { webTest } from '../harness/web_test.js';

const SECOND = 1000;
const MOST_TABS = 25;
/** The codes of a round die within seconds; what then waits for a person waits long. */
const ROUNDS = { speed: 10, policy: PATIENT };

/** Something that is announced of each state that a test below goes through. */
const WORDS = {
  start: 'Ready to link',
  preparing: 'Asking',
  qr: 'A new QR code',
  expired: 'has expired',
  interaction: 'Are you still there?',
  linked: 'Linked\n',
};

webTest(
  'with a keyboard alone: from the QR code to a number, its code, and a linked phone',
  {},
  async (world) => {
    const { gateway } = world;
    const pairing = await world.open();
    const { keyboard } = pairing.page;
    await pairing.waitFor('qr');
    await tabTo(pairing, 'use-phone');
    await keyboard.press('Enter');
    await pairing.waitFor('number');
    await tabTo(pairing, 'number');
    await keyboard.type(gateway.phone);
    await keyboard.press('Enter');
    await pairing.waitFor('phone_code');
    await tabTo(pairing, 'copy');
    await tabTo(pairing, 'use-qr');
    await gateway.type();
    await pairing.waitFor('linked');
  },
);

webTest('with a keyboard alone: another round, and an end', ROUNDS, async (world) => {
  const pairing = await world.open();
  const { keyboard } = pairing.page;
  await pairing.waitFor('interaction');
  await tabTo(pairing, 'resume');
  await keyboard.press('Space');
  await pairing.untilShown('interaction', 'qr');
  await pairing.beforeCancel.evaluate((element) => (element.id = 'before-cancel'));
  await tabTo(pairing, 'before-cancel');
  await keyboard.press('Enter');
  await tabTo(pairing, 'cancel');
  await keyboard.press('Enter');
  await pairing.waitFor('cancelled');
});

webTest('what has the focus can be seen to have it', {}, async (world) => {
  const pairing = await world.open();
  await pairing.waitFor('qr');
  await tabTo(pairing, 'use-phone');
  const outline = await pairing.frame.evaluate(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
    return outlineStyle !== 'none' && outlineWidth !== '0px' ? outlineWidth : boxShadow;
  });
  assert.notEqual(outline, 'none');
});

webTest('a screen reader is told the states and not the ticks', { policy: CALM }, async (world) => {
  const pairing = await world.open({ clock: {} });
  await pairing.waitFor('qr');
  const role = await pairing.live.evaluate((element) => ({
    live: element.getAttribute('aria-live') ?? element.getAttribute('role'),
    shown: getComputedStyle(element).display !== 'none',
  }));
  assert.ok(['polite', 'status'].includes(role.live), role.live);
  assert.ok(role.shown, 'what is not displayed is not read');
  assert.equal(
    await pairing.countdown
      .locator('xpath=ancestor-or-self::*[@aria-live="polite" or @role="status"]')
      .count(),
    0,
  );
  const before = await pairing.announcements();
  assert.ok(before.length >= 1);
  const ticks = await ticksDuring(pairing, () => pairing.page.clock.runFor(10 * SECOND));
  assert.ok(ticks >= 5, `the countdown ran: ${ticks} ticks`);
  assert.deepEqual(await pairing.announcements(), before);
  await world.gateway.link();
  await pairing.waitFor('linked');
  const after = await pairing.announcements();
  assert.ok(after.length > before.length, 'that it is linked is said');
});

webTest('each state is announced once, in words', ROUNDS, async (world) => {
  const pairing = await world.open();
  await pairing.waitFor('interaction');
  await pairing.resume.click();
  await pairing.untilShown('interaction', 'qr');
  await world.gateway.link();
  await pairing.waitFor('linked');
  // Of several views that come faster than a page can read them, it is sent the last alone: a
  // busy machine leaves states out, and none of them may be announced.
  const [beginning, ...states] = await pairing.statesShown();
  assert.equal(beginning, 'connecting');
  const announced = await pairing.announcements();
  assert.equal(announced.length, states.length, `${states}: ${announced.join(' | ')}`);
  for (const [index, state] of states.entries()) {
    assert.ok(announced[index].includes(WORDS[state]), `${state}: ${announced[index]}`);
    if (state === 'preparing') {
      const before = states[index - 1];
      assert.ok(['start', 'interaction'].includes(before), 'once a round, not before every code');
    }
  }
  for (const once of ['start', 'linked']) {
    assert.equal(states.filter((state) => state === once).length, 1, `${once}: ${states}`);
  }
});

async function tabTo(pairing, id) {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if ((await pairing.frame.evaluate(() => document.activeElement?.id)) === id) {
      return;
    }
    await pairing.page.keyboard.press('Tab');
  }
  assert.fail(`#${id} cannot be reached with the keyboard`);
}

/** How often the countdown changed meanwhile. */
async function ticksDuring(pairing, action) {
  await pairing.countdown.evaluate((element) => {
    window.ticks = 0;
    const count = () => (window.ticks += 1);
    new MutationObserver(count).observe(element, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  await action();
  return pairing.frame.evaluate(() => window.ticks);
}
