import type { Source } from './reader';
import table = require('./server-settings.json');
import { SETTINGS } from './settings';

/** What `mcp-server settings` prints of one of its settings. */
interface ServerSetting {
  readonly name: string;
  readonly accepts: Accepts;
  /** Whether it makes sense on Lambda. */
  readonly lambda: boolean;
}

interface Accepts {
  readonly kind: string;
  readonly least?: number;
  readonly most?: number;
  readonly words?: readonly string[];
}

/** Every setting of the server, written by the server itself. */
export const SERVER_SETTINGS: readonly ServerSetting[] = table;

/** The variables for the server that are set, by its own names. What is refused is added to `problems`. */
export function serverVariables({ variables }: Source, problems: string[]): Record<string, string> {
  const ours = new Set<string>(Object.values(SETTINGS).map(({ variable }) => variable));
  const given: Record<string, string> = {};
  for (const { name, accepts, lambda } of SERVER_SETTINGS) {
    const value = variables[name]?.trim() ?? '';
    if (!lambda || ours.has(name) || value === '') continue;
    const expected = refusal(accepts, value);
    if (expected === undefined) given[name] = value;
    else problems.push(`invalid \`${name}\`: expected ${expected}, got \`${value}\``);
  }
  return given;
}

/** What was expected instead of a value that the server would refuse. */
function refusal({ kind, least = 0, most = 0, words = [] }: Accepts, value: string): string | undefined {
  if (kind === 'number') {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    return number >= least && number <= most ? undefined : `a whole number from ${least} to ${most}`;
  }
  if (kind === 'choice') return words.includes(value.toLowerCase()) ? undefined : `one of ${words.join(', ')}`;
  if (kind === 'hosts') {
    const host = /^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;
    return value.split(',').every((name) => host.test(name.trim())) ? undefined : 'host names, separated by commas';
  }
  return undefined;
}
