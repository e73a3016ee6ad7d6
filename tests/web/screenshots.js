// Takes the pictures that the README shows: `node screenshots.js FOLDER`. The codes on them are
// the simulator's and open nothing.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { closeBrowser, PHONE } from './harness/browser.js';
import { World } from './harness/world.js';

const DESKTOP = { viewport: { width: 960, height: 720 } };
/** Two dots a pixel are enough, and keep the files small. */
const HANDHELD = { ...PHONE, deviceScaleFactor: 2 };

const folder = process.argv[2];
if (!folder) {
  throw new Error('usage: node screenshots.js FOLDER');
}
await mkdir(folder, { recursive: true });
const world = await World.create();
try {
  await onDesktop();
  await onPhone();
} finally {
  await world.end();
  await closeBrowser();
}

async function onDesktop() {
  const { link } = await world.createPairing();
  const light = await world.visit(link, { ...DESKTOP, colorScheme: 'light' });
  const dark = await world.visit(link, { ...DESKTOP, colorScheme: 'dark' });
  await light.waitFor('qr');
  await save(light, 'qr-light');
  await dark.waitFor('qr');
  await save(dark, 'qr-dark');
  await world.gateway.scan();
  await light.waitFor('linked');
  await save(light, 'linked');
  await world.gateway.unlink();
}

async function onPhone() {
  const { link } = await world.createPairing({ lang: 'pt-BR' });
  const pairing = await world.visit(link, HANDHELD);
  await pairing.waitFor('number');
  await pairing.number.fill(world.gateway.phone);
  await save(pairing, 'phone-number');
  await pairing.submit.click();
  await pairing.waitFor('phone_code');
  await save(pairing, 'phone-code');
}

async function save(pairing, name) {
  const file = path.join(folder, `${name}.png`);
  // Without what is half way: colours that change, a ring that empties.
  await pairing.page.screenshot({ path: file, animations: 'disabled', fullPage: true });
  console.log(file);
}
