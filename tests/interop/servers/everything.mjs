// The reference server. It has no option for the address, and listens on every one: this makes it loopback, and prints
// the URL as the other servers do.
import { Server } from 'node:net';

const { listen } = Server.prototype;
Server.prototype.listen = function (_port, listening) {
  return listen.call(this, 0, '127.0.0.1', () => {
    console.log(JSON.stringify({ sessions: `http://127.0.0.1:${this.address().port}/mcp` }));
    listening();
  });
};

process.argv[2] = 'streamableHttp';
await import('@modelcontextprotocol/server-everything/dist/index.js');
