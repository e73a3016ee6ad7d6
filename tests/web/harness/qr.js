// Reads a QR code as it stands on the screen, with a reader that does not know how we draw.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What `zbarimg` ends with when there is no code in a picture. */
const NOTHING_FOUND = 4;

/** The text of the QR code in a picture, or `null`. */
export async function readPicture(png) {
  const folder = await mkdtemp(path.join(tmpdir(), 'pairing-web-'));
  try {
    const file = path.join(folder, 'screen.png');
    await writeFile(file, png);
    return await zbarimg(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The text of the QR code on the screen, or `null`. */
export const readScreen = async (page) => readPicture(await page.screenshot());

function zbarimg(file) {
  const args = ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file];
  return new Promise((resolve, reject) => {
    execFile('zbarimg', args, (error, stdout) => {
      if (error?.code === NOTHING_FOUND) {
        resolve(null);
      } else if (error) {
        reject(error);
      } else {
        resolve(stdout.trim());
      }
    });
  });
}
