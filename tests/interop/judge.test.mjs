import assert from 'node:assert/strict';
import { test } from 'node:test';

import { difference } from './judge.mjs';

test('members that the pattern does not name do not count', () => {
  assert.equal(difference({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }), undefined);
});

test('a different, missing or differently typed value is named with its place', () => {
  assert.equal(difference({ a: { b: 42 } }, { a: { b: 41 } }), '/a/b: expected 42, got 41');
  assert.equal(difference({ a: { b: 42 } }, {}), '/a/b: expected 42, got nothing');
  assert.equal(difference({ a: 42 }, { a: '42' }), '/a: expected 42, got "42"');
  assert.equal(difference({ a: true }, null), '/a: expected true, got nothing');
});

test('an array has the given elements, in their order, and no others', () => {
  const pattern = [{ name: 'a' }, { name: 'b' }];
  assert.equal(difference(pattern, [{ name: 'a', more: 1 }, { name: 'b' }]), undefined);
  assert.equal(difference(pattern, [{ name: 'b' }, { name: 'a' }]), '/0/name: expected "a", got "b"');
  assert.match(difference(pattern, [{ name: 'a' }]), /^\/: expected 2 elements/);
  assert.match(difference(pattern, [...pattern, { name: 'c' }]), /^\/: expected 2 elements/);
  assert.match(difference(pattern, { 0: { name: 'a' }, 1: { name: 'b' }, length: 2 }), /^\/: expected an array/);
});

test('$matches describes strings and nothing else', () => {
  const pattern = { text: { $matches: '^pong! ' } };
  assert.equal(difference(pattern, { text: 'pong! here' }), undefined);
  assert.match(difference(pattern, { text: 'ping' }), /^\/text: expected a string like \^pong! , got "ping"/);
  assert.match(difference(pattern, {}), /got nothing$/);
  assert.match(difference({ $matches: '4' }, 42), /^\/: expected a string/);
});
