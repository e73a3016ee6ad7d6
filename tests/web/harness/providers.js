// The gateways that `pairing` was built with, by the names in its configuration.

import { execFileSync } from 'node:child_process';

import { program } from './program.js';

const lines = execFileSync(program(), ['providers', '--output', 'json'], { encoding: 'utf8' });

const described = lines
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

export const PROVIDERS = described.map(({ provider }) => provider);

/** Those that link by phone code. */
export const HAVE_PHONE_CODES = new Set(
  described.filter(({ capabilities }) => capabilities.phone_code).map(({ provider }) => provider),
);

/** The field with what each gateway checks before anything else. */
export const SECRET = Object.fromEntries(
  described.map(({ provider, fields }) => [
    provider,
    (fields.findLast(({ secret, required }) => secret && required) ??
      fields.find(({ secret }) => secret)).name,
  ]),
);
