import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fault, settle } from './client-judge.mjs';

const FINE = { exit: 0, stdout: '', stderr: '', sent: '', saved: [] };

test('an outcome as expected has no fault', () => {
  const step = { exit: 1, json: { a: 1 }, stdout: '"a"', stderr: ['b', /c/], sent: '1.10', saved: 'AAEC' };
  const outcome = { exit: 1, stdout: '{"a":1,"d":2}', stderr: 'b c', sent: '{"x":1.10}', saved: ['AAEC'] };
  assert.equal(fault(step, outcome), undefined);
  assert.equal(fault({}, FINE), undefined);
});

test('every part of an outcome can be wrong', () => {
  assert.match(fault({}, { ...FINE, exit: 1 }), /^exit code: expected 0, got 1/);
  assert.match(fault({}, { ...FINE, exit: 'SIGTERM' }), /got SIGTERM/);
  assert.match(fault({ exit: 76 }, FINE), /expected 76, got 0/);
  assert.match(fault({ json: { a: 1 } }, { ...FINE, stdout: '{"a":2}' }), /\/a: expected 1, got 2/);
  assert.match(fault({ json: {} }, { ...FINE, stdout: 'words' }), /is no JSON: words/);
  assert.match(fault({ stdout: 'x' }, { ...FINE, stdout: 'y' }), /standard output lacks x: y/);
  assert.match(fault({ stderr: ['b', /c/] }, { ...FINE, stderr: 'b' }), /standard error lacks \/c\//);
  assert.match(fault({ sent: '1.10' }, { ...FINE, sent: '1.1' }), /what was sent lacks 1\.10/);
  assert.match(fault({ saved: 'AAEC' }, FINE), /saved 0 files/);
  assert.match(fault({ saved: 'AAEC' }, { ...FINE, saved: ['AAED'] }), /saved 1 files/);
});

test("Rust's types and panics are no messages", () => {
  for (const stderr of ['error: Some(3)', 'worker::Error', "thread 'main' panicked at src/main.rs:1:1"])
    assert.match(fault({}, { ...FINE, stderr }), /Rust's types/, stderr);
  assert.equal(fault({}, { ...FINE, stderr: "error: resolver '__main__:ask' at http://[::1]:80/ok" }), undefined);
});

const row = (id, mode, ...cells) => ({ id, mode, cells });
const failed = (step) => ({ step, failure: 'no', outcome: { ...FINE, exit: 75 } });
const ENTRY = { servers: ['s'], steps: ['a'], instead: { exit: 75 }, reason: 'why' };

test('an expected failure is marked with its reason, and nothing else is', () => {
  const rows = [row('s', 'auto', failed('a'), failed('b')), row('t', 'auto', failed('a'))];
  assert.deepEqual(settle(rows, [ENTRY]), []);
  assert.equal(rows[0].cells[0].expected, 'why');
  assert.equal(rows[0].cells[1].expected, undefined);
  assert.equal(rows[1].cells[0].expected, undefined);
});

test('what fails in another way than expected is a failure', () => {
  const rows = [row('s', 'auto', failed('a'))];
  assert.deepEqual(settle(rows, [{ ...ENTRY, instead: { exit: 1 } }]), []);
  assert.equal(rows[0].cells[0].expected, undefined);
  assert.match(rows[0].cells[0].failure, /in another way: exit code: expected 1, got 75/);
});

test('an expected failure that passes, or was never tried, is an error', () => {
  const rows = [row('s', 'auto', { step: 'a' }, { step: 'b', notAsked: true }), row('s', 'legacy', failed('a'))];
  const settled = (entry) => settle(rows, [{ ...ENTRY, ...entry }]);
  assert.deepEqual(settled({}), ['s auto: a: expected to fail, but passed']);
  assert.deepEqual(settled({ modes: ['legacy'] }), []);
  assert.deepEqual(settled({ steps: ['b'] }), ['s: b: expected to fail, but never tried']);
  assert.deepEqual(settled({ servers: ['u'] }), ['u: a: expected to fail, but never tried']);
});
