// What to do about what only the phone says.

import assert from 'node:assert/strict';

import { PHONE } from '../harness/browser.js';
import { CALM } from '../harness/policy.js';
import { assertAccessible, webTest } from '../harness/web_test.js';

/** Something that each answer says, in the order on the screen. */
const WORDS = {
  en: {
    qr: [/Couldn't link device/, /WhatsApp allows four/, /passkey/],
    phone_code: [/Check the number/, /No notification/, /the 9 after/, /allows four/, /passkey/],
  },
  'pt-BR': {
    qr: [/Não foi possível conectar/, /permite quatro/, /chave de acesso/],
    phone_code: [/Verifique o número/, /notificação/, /o 9 depois/, /permite quatro/, /passkey/],
  },
  es: {
    qr: [/No se pudo vincular/, /permite cuatro/, /passkey/],
    phone_code: [/Verifica el número/, /notificación/, /el 9 después/, /permite cuatro/, /passkey/],
  },
};

for (const [locale, words] of Object.entries(WORDS)) {
  webTest(`help fits the method, in ${locale}`, { policy: CALM }, async (world) => {
    const { link } = await world.createPairing();
    const pairing = await world.visit(link, { ...PHONE, locale });
    for (const [method, state] of [
      ['phone_code', 'number'],
      ['qr', 'qr'],
    ]) {
      await pairing.waitFor(state);
      if (state === 'number') {
        await pairing.help.locator('summary').click();
      }
      await assertHelp(pairing, words[method]);
      await assertAccessible(pairing);
      if (state === 'number') {
        await pairing.useQr.click();
      }
    }
    const wide = await pairing.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= PHONE.viewport.width, `${wide} px`);
  });
}

async function assertHelp(pairing, expected) {
  const shown = pairing.help.locator('dl:visible');
  assert.equal(await shown.count(), 1);
  const text = await shown.innerText();
  assert.equal(await shown.locator('dt').count(), expected.length);
  const places = expected.map((each) => text.search(each));
  assert.ok(!places.includes(-1), `${places}: ${text}`);
  assert.deepEqual(places, places.toSorted((one, other) => one - other));
}
