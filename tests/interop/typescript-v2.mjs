// Usage: typescript-v2.mjs legacy|auto|VERSION --endpoint URL
// The second TypeScript SDK, which speaks both protocol eras; a VERSION pins the modern one.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import { CLIENT_INFO, drive, typedMethods } from './driver.mjs';

await drive(async ({ url, headers, mode }) => {
  const negotiation = ['legacy', 'auto'].includes(mode) ? mode : { pin: mode };
  const client = new Client(CLIENT_INFO, { versionNegotiation: { mode: negotiation } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    send: typedMethods(client),
    close: () => client.close(),
  };
});
