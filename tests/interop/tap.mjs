// A wire tap: what went to a server, byte by byte, which is more than its own reading of it.
import { connect, createServer } from 'node:net';

/** Relays connections to `url`, on a port of its own. `take()` gives what was sent since the last time. */
export async function tap(url) {
  let sent = [];
  const relay = createServer((client) => {
    const server = connect(url.port, url.hostname);
    for (const socket of [client, server]) socket.on('error', () => [client, server].forEach((end) => end.destroy()));
    client.on('data', (bytes) => sent.push(bytes));
    client.pipe(server).pipe(client);
  });
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const tapped = new URL(url);
  tapped.port = relay.address().port;
  return {
    url: tapped.href,
    take() {
      const bytes = Buffer.concat(sent).toString();
      sent = [];
      return bytes;
    },
    close: () => relay.close(),
  };
}
