// Three languages: the visitor's own, unless the link says another.

import assert from 'node:assert/strict';

import { answered } from '../harness/guard.js';
import { webTest } from '../harness/web_test.js';

const ACCEPTED = [
  ['pt-BR', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['es-AR', 'es'],
  ['en-GB', 'en'],
  ['fr-FR', 'en'],
];

webTest('a browser is answered in its language', {}, async (world) => {
  const { link } = await world.createPairing();
  for (const [locale, expected] of ACCEPTED) {
    const pairing = await world.visit(link, { locale });
    await pairing.waitFor('qr');
    assert.equal(await language(pairing), expected, locale);
  }
});

webTest('the parameter of a link wins over the browser', {}, async (world) => {
  const { link } = await world.createPairing();
  const texts = new Set();
  for (const expected of ['pt-BR', 'en', 'es']) {
    const url = new URL(link);
    url.searchParams.set('lang', expected);
    const pairing = await world.visit(url.href, { locale: 'es-MX' });
    await pairing.waitFor('qr');
    assert.equal(await language(pairing), expected);
    texts.add(await pairing.text());
  }
  assert.equal(texts.size, 3);
});

webTest('the host application chooses the language of a link', {}, async (world) => {
  const { link } = await world.createPairing({ lang: 'es' });
  const pairing = await world.visit(link, { locale: 'en-US' });
  await pairing.waitFor('qr');
  assert.equal(await language(pairing), 'es');
});

webTest(
  'also a link that is dead has words in the language of who follows it',
  {},
  async (world) => {
    world.guard.forgive(answered(404));
    const { link } = await world.createPairing();
    const dead = new URL(link);
    dead.pathname = dead.pathname.replace(/[^/]+$/, 'A'.repeat(43));
    dead.search = '';
    const texts = new Set();
    for (const [locale, expected] of ACCEPTED.slice(0, 4)) {
      const pairing = await world.visit(dead.href, { locale });
      await pairing.waitFor('gone');
      assert.equal(await language(pairing), expected);
      texts.add(await pairing.text());
    }
    assert.equal(texts.size, 3);
  },
);

const language = (pairing) => pairing.frame.evaluate(() => document.documentElement.lang);
