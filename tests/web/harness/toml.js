// Writes the configuration file of `pairing serve`.

/** Texts, numbers, flags, lists of those, and tables of all. */
export function toToml(table, name = []) {
  const isTable = (value) => typeof value === 'object' && !Array.isArray(value);
  const entries = Object.entries(table).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  const values = entries.filter(([, value]) => !isTable(value));
  const tables = entries.filter(([, value]) => isTable(value));
  const head = name.length > 0 ? [`[${name.join('.')}]`] : [];
  // What JSON makes of these is TOML too.
  const lines = values.map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const rest = tables.map(([key, value]) => toToml(value, [...name, key]));
  return [...head, ...lines, ...rest, ''].join('\n');
}
