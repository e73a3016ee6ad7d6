// `pairing` as a child process: it says as JSON where it listens, and ends with us.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';

const running = new Set();
// Neither a crash nor the end of a test runner's patience may leave a server behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
process.once('SIGTERM', () => process.exit(1));

/** The path of the program. */
export function program() {
  if (!process.env.PAIRING_BIN) {
    throw new Error('PAIRING_BIN must be the path of the program `pairing`');
  }
  return process.env.PAIRING_BIN;
}

export class Program {
  /** Starts `pairing` with these arguments, and waits for the first line it prints. */
  static async start(args, environment = {}) {
    const program = new Program(args, environment);
    program.ready = await program.#firstLine();
    return program;
  }

  constructor(args, environment) {
    this.name = `pairing ${args[0]}`;
    this.child = spawn(program(), args, {
      env: { ...foreignVariables(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'exit').finally(() => running.delete(this.child));
    running.add(this.child);
    this.stderr = '';
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
  }

  /** Asks it to end, and waits until it has. */
  async stop(signal = 'SIGTERM') {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
    }
    await this.ended;
  }

  async #firstLine() {
    const lines = readline.createInterface({ input: this.child.stdout });
    const line = await Promise.race([
      once(lines, 'line').then(([line]) => line),
      this.ended.then(() => undefined),
    ]);
    if (line === undefined) {
      throw new Error(`${this.name} ended before it listened:\n${this.stderr}`);
    }
    return JSON.parse(line);
  }
}

/** Whoever runs the tests may have a gateway of their own configured. */
function foreignVariables() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('PAIRING_')),
  );
}
