// What the servers of this folder that are written in JavaScript share: what they offer, and how they are served.
import { createServer } from 'node:http';

export const SERVER_INFO = { name: 'foreign', version: '1.0.0' };
export const LOG_MESSAGE = 'measured twice, cut once';
export const FORM = { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] };
export const PIXEL = {
  type: 'image',
  mimeType: 'image/png',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
};

export const json = (value) => ({ content: [{ type: 'text', text: JSON.stringify(value) }] });

/** An answer that comes when nobody waits for it any more. */
export const waited = () => new Promise((resolve) => setTimeout(resolve, 3_600_000, json('waited')));

export const names = (prefix) => ['Ada', 'Alan', 'Grace'].filter((name) => name.startsWith(prefix));

export const memo = (uri, { day } = {}) => ({
  contents: [{ uri: uri.href, mimeType: 'text/plain', text: day ? `nothing on ${day}` : 'water the plants' }],
});

/** Serves each handler on a free port of its own, and prints their URLs, by name, once all of them listen. */
export async function serve(handlers) {
  const listening = Object.entries(handlers).map(async ([name, handler]) => {
    const server = createServer((request, response) =>
      Promise.resolve(handler(request, response)).catch((error) => {
        console.error(error);
        response.destroy();
      }),
    );
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return [name, `http://127.0.0.1:${server.address().port}/mcp`];
  });
  console.log(JSON.stringify(Object.fromEntries(await Promise.all(listening))));
}
