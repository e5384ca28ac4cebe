import { createHash } from 'node:crypto';

/** What to do about a key that is refused. */
export const HOW_TO_MAKE_A_KEY =
  'make one with `openssl rand -hex 32`, or remove it and run `mcp-client keys create` after the deployment';

/** The SHA-256 of a key that the authorizer can accept, or why it cannot. Neither ever contains the key. */
export type CheckedKey = { readonly sha256: string } | { readonly problem: string };

/**
 * Checks a key by the rules of the crate `api-keys`, which the authorizer applies to every request, and refuses in
 * addition what is long but easy to guess.
 */
export function checkKey(key: string): CheckedKey {
  const problem = [charset, length, strength, generated].map((check) => check(key)).find((found) => found);
  return problem ? { problem } : { sha256: createHash('sha256').update(key, 'utf8').digest('hex') };
}

function charset(key: string): string | undefined {
  return /^[!-~]*$/.test(key) && !/[,"'`{}]/.test(key)
    ? undefined
    : 'expected visible ASCII characters without spaces, commas, quotes and braces';
}

function length(key: string): string | undefined {
  return key.length >= 32 && key.length <= 512 ? undefined : `expected 32–512 characters, got ${key.length}`;
}

function strength(key: string): string | undefined {
  return new Set(key).size >= 8 && !/^(.+?)\1+$/.test(key)
    ? undefined
    : 'expected random characters, got a repetition of few';
}

/** What begins like a generated key must be one: a typing error would deploy a key that never works. */
function generated(key: string): string | undefined {
  if (!key.startsWith('mcp_')) return undefined;
  const [, body, checksum] = /^(mcp_[a-z0-9][a-z0-9-]{0,31}_[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/.exec(key) ?? [];
  return body !== undefined && checksum === base62(crc32(body))
    ? undefined
    : 'it begins with `mcp_` but is not a complete generated key';
}

/** CRC-32 as in zlib; Node has it built in only since 22.2. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'ascii')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Six base62 digits, the most significant first. */
function base62(value: number): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let text = '';
  for (let rest = value; text.length < 6; rest = Math.floor(rest / 62)) text = digits.charAt(rest % 62) + text;
  return text;
}
