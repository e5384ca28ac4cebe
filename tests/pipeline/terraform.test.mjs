// The HCL of docs/other-tools.md.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { parse } from '@cdktf/hcl2json';

const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

const blocks = [...(await read('docs/other-tools.md')).matchAll(/^```hcl\n([^]*?)^```$/gm)].map(([, block]) => block);

test('it parses', async () => {
  assert.ok(blocks.length > 0);
  for (const block of blocks) await parse('example.tf', block);
  await assert.rejects(parse('example.tf', blocks[0].replace('}', '')));
});

test('it reads outputs that the stack has', async () => {
  const outputs = [...blocks.join().matchAll(/\.outputs\["(\w+)"\]/g)].map(([, output]) => output);
  assert.ok(outputs.length > 0);
  const documented = await read('cdk/README.md');
  for (const output of outputs) assert.ok(documented.includes(`\`${output}\``), output);
});
