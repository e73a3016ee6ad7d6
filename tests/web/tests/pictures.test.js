// What a gateway sends in the place of a code is shown only if it is one.

import assert from 'node:assert/strict';
import { after } from 'node:test';

import { PictureGateway } from '../harness/picture_gateway.js';
import { CALM } from '../harness/policy.js';
import { readScreen } from '../harness/qr.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

const PICTURES = {
  'that is no code':
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJg' +
    'gg==',
  'of 900 million pixels':
    'iVBORw0KGgoAAAANSUhEUgAAdTAAAHUwAQAAAABOXMUXAAAAG0lEQVR42u3BIQEAAAACIP+f1hsGIAUAAIAbAyZW' +
    'mC2SrVXjAAAAAElFTkSuQmCC',
};

const gateway = await PictureGateway.start();
after(() => gateway.stop());

for (const [name, picture] of Object.entries(PICTURES)) {
  webTest(
    `a picture ${name} is not shown, and linking goes on`,
    { instance: { base_url: gateway.baseUrl, qr_form: 'image' }, policy: CALM },
    async (world) => {
      gateway.behind = world.simulator.baseUrl;
      gateway.picture = picture;
      const { link } = await world.createPairing();
      const words = new Set();
      for (const locale of ['en', 'pt-BR', 'es']) {
        const pairing = await world.visit(link, { locale });
        await pairing.waitFor('unreadable');
        words.add(await pairing.text());
        assert.ok(!(await pairing.frame.content()).includes(picture));
        assert.equal(await pairing.qr.evaluate((place) => place.childElementCount), 0);
        assert.ok(!(await pairing.countdown.isVisible()));
      }
      assert.equal(words.size, 3, 'every language has words of its own');

      const pairing = await world.visit(link, { locale: 'en' });
      await pairing.waitFor('unreadable');
      assert.match(await pairing.text(), /picture in which no code can be read/);
      await assertAccessible(pairing);
      await pairing.usePhone.click();
      await pairing.sendNumber(world.gateway.phone);
      await pairing.waitFor('phone_code');
      gateway.picture = null;
      await pairing.useQr.click();
      await pairing.waitFor('qr');
      await world.gateway.scan(await readScreen(pairing.page));
      await pairing.waitFor('linked');
    },
  );
}
