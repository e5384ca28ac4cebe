// scripts/comment against an emulator of GitHub.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { createEmulator } from 'emulate';

const SCRIPT = fileURLToPath(new URL('../../scripts/comment', import.meta.url));
const BOT = 'github-actions[bot]';

let github;
let api;

before(async () => {
  github = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { bot: { login: BOT, scopes: ['repo'] }, ada: { login: 'ada', scopes: ['repo'] } },
      github: {
        users: [{ login: 'ada' }, { login: BOT }],
        repos: [{ owner: 'ada', name: 'desk', auto_init: true }],
      },
    },
  });
  api = (token, path, body) =>
    fetch(`${github.url}/repos/ada/desk/issues${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    }).then((answer) => answer.json());
});

after(() => github.close());

async function comment(report, ...args) {
  const env = {
    PATH: process.env.PATH,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'ada/desk',
    GITHUB_TOKEN: 'bot',
  };
  const child = spawn(SCRIPT, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  child.stdin.end(report);
  const [code] = await once(child, 'close');
  return { code, errors };
}

const issue = async () => String((await api('ada', '', { title: 'a change' })).number);
const comments = (number) => api('ada', `/${number}/comments?per_page=100`);

test('a second report replaces the first', async () => {
  const number = await issue();
  assert.equal((await comment('one', number)).code, 0);
  assert.equal((await comment('\x1b[32mtwo\x1b[0m', number)).code, 0);
  const [only, ...more] = await comments(number);
  assert.deepEqual(more, []);
  assert.equal(only.user.login, BOT);
  assert.match(only.body, /\n```text\ntwo\n```\n$/);
});

test("somebody else's comment is left alone, also one that pretends", async () => {
  const number = await issue();
  const [body, other] = ['<!-- scripts/comment -->\nmine', 'looks good'];
  await api('ada', `/${number}/comments`, { body });
  await api('bot', `/${number}/comments`, { body: other });
  assert.equal((await comment('one', number)).code, 0);
  const bodies = (await comments(number)).map((found) => found.body);
  assert.deepEqual(bodies.slice(0, 2), [body, other]);
  assert.equal(bodies.length, 3);
});

test('its comment is found on a later page', async () => {
  const number = await issue();
  for (let n = 0; n < 120; n++) await api('ada', `/${number}/comments`, { body: `${n}` });
  for (const report of ['one', 'two']) assert.equal((await comment(report, number)).code, 0);
  const later = await api('ada', `/${number}/comments?per_page=100&page=2`);
  assert.equal(later.length, 21);
  assert.match(later.at(-1).body, /two/);
});

test('a report cannot leave its frame, and a long one is cut', async () => {
  const number = await issue();
  await comment('```\n# a heading\n````\n', number);
  assert.match((await comments(number))[0].body, /\n`````text\n```\n# a heading\n````\n`````\n$/);
  await comment('x'.repeat(100_000), number);
  const { body } = (await comments(number))[0];
  assert.ok(body.length < 65_536);
  assert.match(body, /and more/);
});

test('no report is not a report of no differences', async () => {
  const number = await issue();
  assert.equal((await comment('\x1b[0m\n', number)).code, 64);
  assert.deepEqual(await comments(number), []);
});

test('it says what is wrong', async () => {
  assert.deepEqual(await comment('one', '99'), {
    code: 1,
    errors: 'scripts/comment: GitHub refused GET 99/comments?per_page=100&page=1: 404\n',
  });
  for (const args of [[], ['x'], ['../1'], ['1', '2']]) assert.equal((await comment('one', ...args)).code, 64);
});
