// The gateways that `pairing` was built with, by the names in its configuration.

import { execFileSync } from 'node:child_process';

import { program } from './program.js';

const lines = execFileSync(program(), ['providers', '--output', 'json'], { encoding: 'utf8' });

export const PROVIDERS = lines
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line).provider);
