// A wire tap: what went to a server, byte by byte, which is more than its own reading of it.
import { connect, createServer } from 'node:net';

/**
 * Relays connections to `url`, on a port of its own. `take()` gives what was sent since the last time, `await` calls back
 * once that contains a string.
 */
export async function tap(url) {
  let sent = [];
  let awaited;
  const text = () => Buffer.concat(sent).toString();
  const over = new AbortController();
  const relay = createServer((client) => {
    const server = connect({ port: url.port, host: url.hostname });
    const end = () => [client, server].forEach((socket) => socket.destroy());
    over.signal.addEventListener('abort', end);
    for (const socket of [client, server]) socket.on('error', end);
    client.on('data', (bytes) => {
      sent.push(bytes);
      if (awaited && text().includes(awaited.part)) awaited.found();
    });
    client.pipe(server).pipe(client);
  });
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const tapped = new URL(url);
  tapped.port = relay.address().port;
  return {
    url: tapped.href,
    take() {
      const taken = text();
      sent = [];
      awaited = undefined;
      return taken;
    },
    await(part, found) {
      awaited = { part, found };
    },
    close() {
      relay.close();
      over.abort();
    },
  };
}
