import type { Source } from './reader';
import { API_KEY_VARIABLE, SETTINGS, type SettingName } from './settings';

const PREFIX = 'MCP_DEPLOY_';

/** One problem for each setting that nobody knows: a misspelt limit must not silently become no limit. */
export function unknownSettings(source: Source): string[] {
  const variables = new Set<string>(Object.values(SETTINGS).map(({ variable }) => variable));
  return [
    ...Object.keys(source.context).flatMap(unknownContext),
    ...Object.keys(source.variables)
      .filter((name) => name.startsWith(PREFIX) && !variables.has(name))
      .map((name) => `unknown variable \`${name}\``),
  ];
}

function unknownContext(key: string): string[] {
  if (key in SETTINGS) return [];
  if (plain(key) === plain(API_KEY_VARIABLE)) {
    return [`\`-c ${key}\` would show the key in process lists: set \`${API_KEY_VARIABLE}\` in \`.env\``];
  }
  const near = (Object.keys(SETTINGS) as SettingName[]).find((name) => plain(name) === plain(key));
  if (near) return [`unknown setting \`-c ${key}\`: did you mean \`${near}\`?`];
  // The toolkit keeps its own entries in the context; they have dashes, colons or slashes, and ours never have.
  return /^[A-Za-z0-9]+$/.test(key) ? [`unknown setting \`-c ${key}\``] : [];
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}
