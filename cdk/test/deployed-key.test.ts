import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployedKeyProblem } from '../bin/deployed-key';
import { loadConfig } from '../lib/config';

const config = (context: Record<string, unknown> = {}, variables: Record<string, string> = {}) =>
  loadConfig({ context, variables });
const place = { CDK_DEFAULT_ACCOUNT: '123456789012', CDK_DEFAULT_REGION: 'us-east-1' };

test('AWS is asked only where a key could be lost', async () => {
  const key = { API_KEY: 'f3a91c07d2b84e65a0c7d1e8b39f2645' };
  assert.equal(await deployedKeyProblem(config({}, key), undefined, place), undefined);
  assert.equal(await deployedKeyProblem(config({ removeDeployedKey: true }), undefined, place), undefined);
  assert.equal(await deployedKeyProblem(config(), undefined, {}), undefined);
});
