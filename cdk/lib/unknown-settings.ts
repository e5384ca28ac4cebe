import type { Source } from './reader';
import { SERVER_SETTINGS } from './server-settings';
import { API_KEY_VARIABLE, SETTINGS } from './settings';

const PREFIX = 'MCP_DEPLOY_';

/** Variables of `.env` that `mcp-client` reads. */
const CLIENT_VARIABLES = ['MCP_API_KEY', 'MCP_SECRET_ID', 'MCP_SERVER_ENDPOINT'];

/** One problem for each setting that nobody knows: a misspelt limit must not silently become no limit. */
export function unknownSettings(source: Source): string[] {
  const ours = Object.values(SETTINGS).map(({ variable }) => variable);
  const known = [...ours, ...SERVER_SETTINGS.map(({ name }) => name), ...CLIENT_VARIABLES];
  const file = new Set(source.fileVariables);
  // Elsewhere than in `.env`, `MCP_…` may be another program's.
  const claimed = (name: string) => name.startsWith(PREFIX) || (file.has(name) && name.startsWith('MCP_'));
  return [
    ...Object.keys(source.context).flatMap(unknownContext),
    ...Object.keys(source.variables)
      .filter((name) => claimed(name) && !known.includes(name))
      .map((name) => `unknown variable \`${name}\`${hint(name, known)}`),
  ];
}

function unknownContext(key: string): string[] {
  if (Object.hasOwn(SETTINGS, key)) return [];
  if (plain(key) === plain(API_KEY_VARIABLE)) {
    return [`\`-c ${key}\` would show the key in process lists: set \`${API_KEY_VARIABLE}\` in \`.env\``];
  }
  const near = hint(key, Object.keys(SETTINGS));
  // The toolkit keeps its own entries in the context; they have dashes, colons or slashes, and ours never have.
  return near !== '' || /^\w+$/.test(key) ? [`unknown setting \`-c ${key}\`${near}`] : [];
}

/** The known name that was probably meant. */
function hint(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: distance(plain(name), plain(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(plain(name).length / 5)))
    .sort((one, other) => one.distance - other.distance);
  return nearest ? `: did you mean \`${nearest.candidate}\`?` : '';
}

/** How many letters must be added, left out or replaced to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, opposite] of [...other].entries()) {
      const replaced = (row[j] ?? 0) + (letter === opposite ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}
