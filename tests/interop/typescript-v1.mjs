// Usage: typescript-v1.mjs --endpoint URL
// The first TypeScript SDK, which speaks only the protocol versions that start with `initialize`.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { CLIENT_INFO, drive, typedMethods } from './driver.mjs';

await drive(async ({ url, headers }) => {
  const client = new Client(CLIENT_INFO);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  return { protocolVersion: transport.protocolVersion, send: typedMethods(client), close: () => client.close() };
});
