// Usage: proxy-typescript.mjs v1|v2 legacy|auto|VERSION --endpoint URL --proxy PROGRAM
// The TypeScript SDKs' stdio clients, before `PROGRAM proxy URL`. Prints the same lines as driver.mjs.
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

import { CLIENT_INFO, report } from './driver.mjs';

/** How long these clients give a program to end by itself. */
const GRACE_MS = 2000;
/** When a call is cancelled. */
const CANCEL_MS = 300;

const {
  values: { endpoint, proxy },
  positionals: [sdk, mode],
} = parseArgs({ options: { endpoint: { type: 'string' }, proxy: { type: 'string' } }, allowPositionals: true });
const capabilities = { elicitation: { form: {} } };
const accept = async () => ({ action: 'accept', content: { sure: true } });

async function first(options) {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const client = new Client(CLIENT_INFO, { capabilities });
  client.setRequestHandler(ElicitRequestSchema, accept);
  const transport = new StdioClientTransport(options);
  let version;
  transport.setProtocolVersion = (agreed) => (version = agreed);
  const call = (name, args, more) => client.callTool({ name, arguments: args }, undefined, more);
  return { client, transport, call, version: () => version };
}

async function second(options) {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const negotiation = ['legacy', 'auto'].includes(mode) ? mode : { pin: mode };
  const client = new Client(CLIENT_INFO, { capabilities, versionNegotiation: { mode: negotiation } });
  client.setRequestHandler('elicitation/create', accept);
  const transport = new StdioClientTransport(options);
  const call = (name, args, more) => client.callTool({ name, arguments: args }, more);
  return { client, transport, call, version: () => client.getNegotiatedProtocolVersion() };
}

const { client, transport, call, version } = await { v1: first, v2: second }[sdk]({
  command: proxy,
  args: ['proxy', endpoint],
  stderr: 'pipe',
});
const said = text(transport.stderr);
const connected = await report('connect', async () => {
  await client.connect(transport);
  return { protocolVersion: version() };
});
if (connected) {
  await report('tools', () => client.listTools());
  await report('call', () => call('echo', { value: 'Grüße' }));
  await report('tool error', () => call('fail', {}));
  await report('progress', async () => {
    // Counted as it arrives: the clients forget progress that they read together with the answer.
    const progress = [];
    const { onmessage } = transport;
    transport.onmessage = (message) => {
      if (message.method === 'notifications/progress') progress.push(message.params.progress);
      onmessage(message);
    };
    const { content } = await call('work', {}, { onprogress: () => {} });
    return { progress, content };
  });
  await report('cancel', async () => {
    const cancelled = call('wait', {}, { signal: AbortSignal.timeout(CANCEL_MS) });
    const answered = await cancelled.then(
      () => true,
      () => false,
    );
    return { answered, then: await call('echo', { value: 'still here' }) };
  });
  await report('elicitation', () => call('confirm', {}));
  await report('prompt', () => client.getPrompt({ name: 'greeting', arguments: { name: 'Ada' } }));
  await report('resource', () => client.readResource({ uri: 'memo://today' }));
}
const begin = performance.now();
await client.close();
const inTime = performance.now() - begin < GRACE_MS;
await report('close', async () => ({ inTime, said: await said }));
