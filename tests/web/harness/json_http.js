// JSON over HTTP, for the programs that a test drives beside the browser.

/** Gives `{status, body}`; `body` is undefined where there is none. */
export async function request(method, url, { body, headers = {} } = {}) {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text || undefined };
}

/** As `request`, for what must succeed: gives the body alone. */
export async function ask(method, url, options) {
  const { status, body } = await request(method, url, options);
  if (status < 200 || status > 299) {
    throw new Error(`${method} ${new URL(url).pathname}: ${status} ${JSON.stringify(body)}`);
  }
  return body;
}
