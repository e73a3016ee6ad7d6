// What stands between a browser and the server, and does something to event streams.

import { once } from 'node:events';
import http from 'node:http';

/** To a request for a stream, or the answer to one. */
const MODES = {
  /** Passes it on as it comes. */
  pass: (answer, response) => answer.pipe(response),
  /** As proxies that collect an answer before they send it: a stream never ends. */
  hold: () => {},
  /** As virus scanners that let the head through and want the whole of the rest. */
  holdBody: (answer, response) => response.flushHeaders(),
  /** As proxies that give up on it. */
  refuse: (answer, response) => response.writeHead(504, { 'content-type': 'text/html' }).end(),
  /** As firewalls that do not know it. */
  cut: (answer, response) => response.destroy(),
};

export class Proxy {
  /** One of the names above. */
  mode = 'pass';

  /** In front of this origin. */
  static async start(origin, mode) {
    const proxy = new Proxy();
    proxy.mode = mode;
    proxy.server = http.createServer((request, response) => proxy.#pass(origin, request, response));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  #pass(origin, request, response) {
    const { method, url, headers } = request;
    const passed = http.request(origin + url, { method, headers });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    passed.on('response', (answer) => {
      const isStream = answer.headers['content-type'] === 'text/event-stream';
      const pass = isStream ? MODES[this.mode] : MODES.pass;
      response.statusCode = answer.statusCode;
      for (const [name, value] of Object.entries(answer.headers)) {
        response.setHeader(name, value);
      }
      pass(answer, response);
    });
    request.pipe(passed);
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
