// A web server of somebody else's: an application that frames the page, or a site that attacks it.

import { once } from 'node:events';
import http from 'node:http';

export class Origin {
  /** `html` is all it ever answers. */
  static async start() {
    const origin = new Origin();
    origin.html = '';
    origin.server = http.createServer((request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(request.url === '/' ? origin.html : '');
    });
    // Ends with the tests, which do not wait for it.
    origin.server.listen(0, '127.0.0.1').unref();
    await once(origin.server, 'listening');
    origin.url = `http://127.0.0.1:${origin.server.address().port}`;
    return origin;
  }
}
