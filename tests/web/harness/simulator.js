// The simulated gateways, and the phone of each of their instances.

import { ask } from './json_http.js';
import { Program } from './program.js';
import { until } from './until.js';

export class Simulator {
  static async start(speed) {
    const program = await Program.start([
      'sim',
      '--port',
      '0',
      '--speed',
      `${speed}`,
      '--output',
      'json',
    ]);
    return new Simulator(program);
  }

  constructor(program) {
    this.program = program;
    this.baseUrl = program.ready.base_url;
  }

  /** Adds an instance. `setup` has any field that `POST /_sim/instances` takes. */
  async addInstance(dialect, setup = {}) {
    const url = `${this.baseUrl}/_sim/instances`;
    return new Instance(this.baseUrl, await ask('POST', url, { body: { dialect, ...setup } }));
  }

  stop() {
    return this.program.stop();
  }
}

/** An account slot at a gateway, and the phone that is to be linked with it. */
export class Instance {
  #url;

  constructor(baseUrl, view) {
    this.#url = `${baseUrl}/_sim/instances/${view.id}`;
    this.dialect = view.dialect;
    /** The number of its phone. */
    this.phone = view.phone;
    /** As the file of `pairing serve` has them. */
    this.credentials = { base_url: baseUrl, ...view.settings };
  }

  show = () => ask('GET', this.#url);
  calls = () => ask('GET', `${this.#url}/calls`);
  resetCalls = () => ask('DELETE', `${this.#url}/calls`);
  scan = (text) => ask('POST', `${this.#url}/scan`, { body: text ? { text } : {} });
  type = (code) => ask('POST', `${this.#url}/type`, { body: code ? { code } : {} });
  link = (phone) => ask('POST', `${this.#url}/link`, { body: phone ? { phone } : {} });
  unlink = () => ask('POST', `${this.#url}/unlink`);
  /** Each is a name, or an object such as `{fault: 'server_error', first: 2}`. */
  setFaults = (...faults) => ask('PUT', `${this.#url}/faults`, { body: faults });
  setWebhook = (url) => ask('PUT', `${this.#url}/webhook`, { body: { url } });

  /** How often a code was asked for, of any kind. */
  async codeCalls() {
    const calls = await this.calls();
    return calls.code_qr_text + calls.code_qr_image + calls.phone_code;
  }

  /** Waits until the counters are as a test wants them. */
  waitForCalls(areThere) {
    return until(async () => {
      const calls = await this.calls();
      return areThere(calls) && calls;
    }, 'calls of the gateway');
  }
}
