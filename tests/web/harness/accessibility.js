// axe-core's verdict on what is on the screen.

import axe from 'axe-core';

const GRAVE = ['serious', 'critical'];

/** Grave violations, light and dark, a line each. */
export async function graveViolations(page, frame = page) {
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await violations(frame)).map((line) => `${colorScheme}: ${line}`));
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}

async function violations(frame) {
  await frame.evaluate(axe.source);
  const result = await frame.evaluate(() => window.axe.run());
  return result.violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join('; ')})`,
    );
}
