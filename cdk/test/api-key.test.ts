import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { checkKey } from '../lib/api-key';

const RANDOM = 'f3a91c07d2b84e65a0c7d1e8b39f2645';
// The checksum was computed with Python's zlib.
const GENERATED = `mcp_ci_${'0123456789'.repeat(4)}abc_0p6fc4`;

test('a key becomes its SHA-256', () => {
  for (const key of [RANDOM, GENERATED, 'A-_.~+/=:;!#$%&()*@[]^|<>?0123456789']) {
    assert.deepEqual(checkKey(key), { sha256: createHash('sha256').update(key).digest('hex') });
  }
});

test('a key that the authorizer would refuse is refused, without showing it', () => {
  const refused = {
    '32–512 characters, got 31': [RANDOM.slice(1)],
    '32–512 characters, got 513': ['0123456789abcdef'.repeat(32) + 'x'],
    'without spaces, commas, quotes and braces': [...' ,"\'`{}é\n\u007f'].map((bad) => `${RANDOM}${bad}${RANDOM}`),
    'not a complete generated key': [
      `mcp_${RANDOM}`,
      GENERATED.replace('_ci_', '_cj_'),
      `${GENERATED}0`,
      GENERATED.replace('_ci_', '_Ci_'),
    ],
  };
  for (const [expected, keys] of Object.entries(refused)) {
    for (const key of keys) {
      const checked = checkKey(key);
      assert.ok('problem' in checked && checked.problem.includes(expected), `${key}: ${JSON.stringify(checked)}`);
      assert.ok(!JSON.stringify(checked).includes(key));
    }
  }
});

test('a long key that is easy to guess is refused', () => {
  for (const key of ['a'.repeat(64), 'password'.repeat(5), '0101010101'.repeat(4), 'abcdefghijkl'.repeat(3)]) {
    assert.match(JSON.stringify(checkKey(key)), /expected random characters/, key);
  }
});
