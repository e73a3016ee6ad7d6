// The server's own description of itself, held against what it does.

/** What was seen and is not in the document, as `GET /p/{token}: 418`. */
export function undocumented(document, seen) {
  const routes = Object.entries(document.paths).map(([template, methods]) => ({
    pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    // A path without variables says more than one with them.
    weight: template.split('{').length,
    template,
    methods,
  }));
  routes.sort((one, other) => one.weight - other.weight);
  const missing = seen.map(({ method, path, status }) => {
    const route = routes.find(({ pattern }) => pattern.test(path));
    const operation = route?.methods[method.toLowerCase()];
    // Named, not merely allowed for: every operation has a `default`.
    const isKnown = operation && `${status}` in operation.responses;
    return isKnown ? undefined : `${method} ${route?.template ?? path}: ${status}`;
  });
  return [...new Set(missing.filter(Boolean))];
}
