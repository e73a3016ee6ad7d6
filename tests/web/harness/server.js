// `pairing serve` with a configuration of its own, and the host application that uses it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { request } from './json_http.js';
import { Program } from './program.js';
import { toToml } from './toml.js';

const ADMIN_TOKEN = 'admin-token-of-the-tests-and-of-nothing-else';

export class Server {
  #folder;
  #program;
  /** What the host application was answered, as `{method, path, status}`. */
  answers = [];

  /** `config` is the content of the file. */
  static async start(config) {
    const server = new Server();
    server.#folder = await mkdtemp(path.join(tmpdir(), 'pairing-web-'));
    const serve = { state_file: path.join(server.#folder, 'state'), ...config.serve };
    await writeFile(server.#configFile, toToml({ ...config, serve }), { mode: 0o600 });
    await server.#run('127.0.0.1:0');
    /** Its OpenAPI document. */
    server.description = (await server.request('GET', '/openapi.json')).body;
    return server;
  }

  get #configFile() {
    return path.join(this.#folder, 'pairing.toml');
  }

  async #run(listen) {
    const args = ['serve', '--config', this.#configFile, '--listen', listen, '--output', 'json'];
    this.#program = await Program.start(args, { PAIRING_ADMIN_TOKEN: ADMIN_TOKEN });
    this.baseUrl = this.#program.ready.base_url.replace(/\/$/, '');
  }

  get origin() {
    return new URL(this.baseUrl).origin;
  }

  /** Ends it without giving it a chance to say goodbye. */
  kill() {
    return this.#program.stop('SIGKILL');
  }

  /** Ends it as an operator does. */
  shutDown() {
    return this.#program.stop();
  }

  /** The same server again: its port, its configuration, its state. */
  restart() {
    return this.#run(new URL(this.baseUrl).host);
  }

  async stop() {
    await this.#program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What the server wrote for its operator. */
  get log() {
    return this.#program.stderr;
  }

  /** A request of anybody. Gives `{status, body}`, also of what is refused. */
  async request(method, route, options) {
    const answer = await request(method, `${this.baseUrl}${route}`, options);
    const { pathname: path } = new URL(route, this.baseUrl);
    this.answers.push({ method, path, status: answer.status });
    return answer;
  }

  /** A request of the host application below `/api`, which must succeed. */
  async api(method, route, body) {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const answer = await this.request(method, `/api${route}`, { body, headers });
    if (answer.status > 299) {
      throw new Error(`${method} /api${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  async createPairing(body) {
    const pairing = await this.api('POST', '/pairings', body);
    return { ...pairing, link: new URL(pairing.path, this.origin).href };
  }

  /** What an operator's monitoring reads, a line each. */
  async metrics() {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const { body } = await request('GET', `${this.baseUrl}/metrics`, { headers });
    return body.split('\n');
  }

  summary(id) {
    return this.api('GET', `/pairings/${id}`);
  }
}
