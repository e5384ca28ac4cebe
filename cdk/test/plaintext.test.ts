import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Deployment } from './deployment';

test('the key is in no file of the cloud assembly, in no encoding', () => {
  const key = '~MCP:key/with+signs=f3a91c07d2b84e65a0c7';
  const deployment = new Deployment({ variables: { API_KEY: key } });
  const { directory } = deployment.app.synth();
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const text = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n');
  assert.ok(text.includes('MCP_DEPLOYED_KEYS'), 'the template was read');
  const bytes = Buffer.from(key);
  for (const form of [key, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(key)]) {
    assert.ok(!text.includes(form), form);
  }
});
