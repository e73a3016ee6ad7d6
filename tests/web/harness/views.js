// Stands before the server in the place of its event streams: shows whatever view a test wants, for
// what no simulated gateway says.

import { once } from 'node:events';
import http from 'node:http';

const NOTICE = {
  state: 'running',
  provider: 'Some gateway',
  methods: ['qr', 'phone_code'],
  expect_phone: null,
};
const VIEW = { round: 1, attempt: 1, codes_per_round: 3, method: 'qr' };
const ACTIONS = { resume: false, switch_to_qr: true, switch_to_phone_code: true, cancel: true };

export class Views {
  #streams = new Set();
  #view = null;
  #seq = 0;
  /** What was posted, as the last part of each path. */
  actions = [];

  /** In front of this origin. */
  static async start(origin) {
    const views = new Views();
    views.server = http.createServer((...exchange) => views.#answer(origin, ...exchange));
    views.server.listen(0, '127.0.0.1');
    await once(views.server, 'listening');
    views.url = `http://127.0.0.1:${views.server.address().port}`;
    return views;
  }

  /** Shows this screen, as core's JSON has it, to all who watch and to all who come. */
  show(screen, { actions = {}, ...more } = {}) {
    this.#seq += 1;
    this.#view = { ...VIEW, ...more, seq: this.#seq, screen, actions: { ...ACTIONS, ...actions } };
    this.#streams.forEach((stream) => this.#send(stream, 'view', this.#view));
  }

  #answer(origin, request, response) {
    const path = new URL(request.url, origin).pathname;
    if (request.method === 'POST') {
      this.actions.push(path.split('/').at(-1));
      request.resume();
      response.writeHead(204).end();
    } else if (path.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      this.#send(response, 'page', { ...NOTICE, now: new Date().toISOString() });
      this.#send(response, 'view', this.#view);
    } else {
      const { method, headers } = request;
      const passed = http.request(origin + request.url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      passed.on('error', () => response.destroy());
      request.pipe(passed);
    }
  }

  #send(stream, name, data) {
    stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** A link to the server as it is through here. */
  through(link) {
    const { pathname, search } = new URL(link);
    return `${this.url}${pathname}${search}`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** A link to a page of this world that shows what `views.show` says. */
export async function scripted(world, ...first) {
  const views = await Views.start(world.server.origin);
  world.onEnd(() => views.stop());
  world.guard.allow(views.url);
  views.show(...first);
  const { link } = await world.createPairing();
  return { views, link: views.through(link) };
}

/** A code that lives for an hour. */
export const shownCode = () => ({
  kind: 'code',
  expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  expiry: 'exact',
  code: { kind: 'qr_text', text: '2@scripted' },
});

/** A drawing for it: 21 modules a side, all dark. */
export const DRAWING = {
  width: 21,
  modules: Buffer.alloc(Math.ceil((21 * 21) / 8), 0xff).toString('base64'),
};
