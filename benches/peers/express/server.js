// The pairing page as one would write it with Express: a page with an EventSource, and for each
// session one interval that writes the view to every client.
//
// node server.js SESSIONS INTERVAL_MS TEXT_BYTES draw|pass-on
//
// Its events are as large as those of the hub. With `draw` they hold what the hub's hold: which
// modules of the QR code are dark. With `pass-on` something else of that size, which costs
// nothing to make: what is left is the cost of Express and Node alone.

import { randomBytes } from 'node:crypto';

import express from 'express';
import QRCode from 'qrcode';

const [sessionCount, intervalMs, textBytes] = process.argv.slice(2, 5).map(Number);
const draws = process.argv[5] === 'draw';

class Session {
  token = randomBytes(32).toString('base64url');
  #clients = new Set();
  #seq = 0;
  #frame = null;

  start() {
    if (this.#frame) return;
    this.#renew();
    setInterval(() => this.#renew(), intervalMs);
  }

  join(response) {
    this.#clients.add(response);
    response.on('close', () => this.#clients.delete(response));
    if (this.#frame) response.write(this.#frame);
  }

  #renew() {
    const seq = ++this.#seq;
    const code = '2@' + randomText(textBytes - 2);
    const view = {
      seq,
      round: 1,
      attempt: seq,
      codes_per_round: 3,
      method: 'qr',
      screen: {
        kind: 'code',
        expires_at: new Date(Date.now() + 20_000).toISOString(),
        expiry: 'upper_bound',
        code: { kind: 'qr_text', text: code },
      },
      actions: { resume: false, switch_to_qr: true, switch_to_phone_code: true, cancel: true },
      drawing: draws ? drawing(code) : substitute,
    };
    this.#frame = `id: ${seq}\nevent: view\ndata: ${JSON.stringify(view)}\n\n`;
    for (const response of this.#clients) {
      response.write(this.#frame);
    }
  }
}

function randomText(length) {
  return randomBytes(length).toString('base64').slice(0, length);
}

function drawing(text) {
  const segments = [{ data: Buffer.from(text), mode: 'byte' }];
  const { size, data } = QRCode.create(segments, { errorCorrectionLevel: 'L' }).modules;
  const bits = Buffer.alloc(Math.ceil(data.length / 8));
  data.forEach((dark, index) => {
    if (dark) bits[index >> 3] |= 0x80 >> (index & 7);
  });
  return { width: size, modules: bits.toString('base64') };
}

const substitute = drawing('2@' + randomText(textBytes - 2));

const sessions = new Map(
  Array.from({ length: sessionCount }, () => new Session()).map((session) => [session.token, session]),
);

const page = `<!doctype html>
<title>Link your WhatsApp</title>
<canvas></canvas>
<script type="module">
  const events = new EventSource(location.pathname + '/events');
  const context = document.querySelector('canvas').getContext('2d');
  events.addEventListener('view', ({ data }) => {
    const { width, modules } = JSON.parse(data).drawing;
    const bits = Uint8Array.from(atob(modules), (byte) => byte.charCodeAt(0));
    context.canvas.width = context.canvas.height = width;
    for (let index = 0; index < width * width; index++) {
      if (bits[index >> 3] & (0x80 >> (index & 7))) {
        context.fillRect(index % width, Math.floor(index / width), 1, 1);
      }
    }
  });
  fetch(location.pathname + '/start', { method: 'POST' });
</script>
`;

const app = express();

app.param('token', (request, response, next, token) => {
  request.session = sessions.get(token);
  if (request.session) next();
  else response.sendStatus(404);
});

app.get('/p/:token', (request, response) => response.type('html').send(page));

app.post('/p/:token/start', (request, response) => {
  request.session.start();
  response.status(204).end();
});

app.get('/p/:token/events', (request, response) => {
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  response.write('retry: 1000\n\n');
  request.session.join(response);
});

const server = app.listen(0, '127.0.0.1', () => {
  const address = `127.0.0.1:${server.address().port}`;
  const paths = [...sessions.keys()].map((token) => `/p/${token}`);
  console.log(JSON.stringify({ address, paths }));
});
