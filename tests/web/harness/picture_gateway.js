// In front of a simulated Z-API: sends a picture of the test's own in the place of codes.

import { createServer } from 'node:http';

export class PictureGateway {
  #server;
  /** Where everything else is answered: the address of a simulator. */
  behind;
  /** What it sends, a PNG in base64; with `null` it sends the codes of the simulator. */
  picture = null;

  static async start() {
    const gateway = new PictureGateway();
    gateway.#server = createServer((request, response) => gateway.#answer(request, response));
    await new Promise((listening) => gateway.#server.listen(0, '127.0.0.1', listening));
    gateway.baseUrl = `http://127.0.0.1:${gateway.#server.address().port}`;
    return gateway;
  }

  async #answer({ method, url, headers }, response) {
    response.setHeader('content-type', 'application/json');
    if (this.picture && url.endsWith('/qr-code/image')) {
      response.end(JSON.stringify({ value: `data:image/png;base64,${this.picture}` }));
      return;
    }
    const { 'client-token': token, 'content-type': type } = headers;
    const forwarded = { method, headers: { 'client-token': token, 'content-type': type } };
    const answer = await fetch(this.behind + url, forwarded);
    response.statusCode = answer.status;
    response.end(await answer.text());
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
