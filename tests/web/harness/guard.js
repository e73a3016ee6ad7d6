// Watches everything a window does and says what none of our pages may: complain, or talk to
// anybody but its server.

export class Guard {
  #complaints = [];
  #allowed = new Set();
  #forgiven = [];
  /** What was asked for and answered, as `{method, path, status}`. */
  seen = [];

  constructor(...origins) {
    this.allow(...origins);
  }

  /** Origins that take part in a test. */
  allow(...origins) {
    origins.forEach((origin) => this.#allowed.add(origin));
  }

  /** Chromium itself writes a line for each answer of 400 or more, and while a server is away. */
  forgive(...patterns) {
    this.#forgiven.push(...patterns);
  }

  watch(context) {
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.#complaints.push(`console: ${message.text()}`);
      }
    });
    context.on('weberror', (error) => this.#complaints.push(`uncaught: ${error.error()}`));
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:', 'about:'].includes(url.protocol) && !this.#allowed.has(url.origin)) {
        this.#complaints.push(`a request to ${url.origin}`);
      }
    });
    context.on('response', (response) => {
      const { origin, pathname } = new URL(response.url());
      const method = response.request().method();
      this.seen.push({ origin, method, path: pathname, status: response.status() });
    });
  }

  complaints() {
    const isForgiven = (text) => this.#forgiven.some((pattern) => pattern.test(text));
    return this.#complaints.filter((text) => !isForgiven(text));
  }
}

/** What Chromium writes about an answer with this status. */
export const answered = (status) => new RegExp(`responded with a status of ${status} `);
/** What Chromium writes while a server is away. */
export const AWAY = /net::ERR_(CONNECTION|INCOMPLETE|EMPTY|SOCKET)/;
