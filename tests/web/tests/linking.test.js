// From an empty page to a linked phone: every gateway, every method, every kind of screen.

import assert from 'node:assert/strict';

import { DESKTOP, PHONE } from '../harness/browser.js';
import { HAVE_PHONE_CODES, PROVIDERS } from '../harness/providers.js';
import { readScreen } from '../harness/qr.js';
import { webTest } from '../harness/web_test.js';

const SCREENS = [
  { name: 'a desktop, light', options: { ...DESKTOP, colorScheme: 'light' } },
  { name: 'a desktop, dark', options: { ...DESKTOP, colorScheme: 'dark' } },
  {
    name: '360 px, light',
    options: { viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  },
  {
    name: '360 px, dark',
    options: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
  },
];

for (const provider of PROVIDERS) {
  // A code of one gateway is drawn as that of another: every screen with the first, one with the others.
  const screens = provider === PROVIDERS[0] ? SCREENS : SCREENS.slice(0, 1);
  for (const { name, options } of screens) {
    webTest(
      `${provider}: a phone that scans the screen of ${name}, is linked`,
      { provider },
      async (world) => {
        const pairing = await world.open(options);
        await pairing.waitFor('qr');
        await pairing.qr.scrollIntoViewIfNeeded();
        const onScreen = await readScreen(pairing.page);
        assert.equal(onScreen, (await world.gateway.show()).current_qr);
        await world.gateway.scan(onScreen);
        await pairing.waitFor('linked');
        assert.equal(await readScreen(pairing.page), null);
      },
    );
  }

  if (!HAVE_PHONE_CODES.has(provider)) continue;

  webTest(
    `${provider}: the code for a phone number, typed on that phone, links it`,
    { provider },
    async (world) => {
      const { gateway } = world;
      const pairing = await world.open(PHONE);
      await pairing.waitFor('number');
      await pairing.sendNumber(gateway.phone);
      await pairing.waitFor('phone_code');
      const onScreen = (await pairing.phoneCode.innerText()).trim();
      assert.equal(bare(onScreen), bare((await gateway.show()).current_phone_code));
      await gateway.type(onScreen);
      await pairing.waitFor('linked');
      assert.ok((await pairing.text()).includes(lastDigits(gateway.phone)));
    },
  );

  webTest(`${provider}: on a desktop, too, a phone number does`, { provider }, async (world) => {
    const { gateway } = world;
    const pairing = await world.open();
    await pairing.waitFor('qr');
    await pairing.usePhone.click();
    await pairing.waitFor('number');
    await pairing.sendNumber(gateway.phone);
    await pairing.waitFor('phone_code');
    await gateway.type(await pairing.phoneCode.innerText());
    await pairing.waitFor('linked');
  });
}

webTest('neither width makes the page wider than the screen', {}, async (world) => {
  for (const width of [320, 360, 1280]) {
    const pairing = await world.open({ viewport: { width, height: 740 } });
    await pairing.waitFor('qr');
    const wide = await pairing.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} px of content on ${width} px`);
  }
});

const bare = (code) => code.replace(/[^0-9A-Z]/gi, '').toUpperCase();
const lastDigits = (phone) => phone.slice(-4);
