// The TypeScript SDK, first generation: with sessions, and without.
import { randomUUID } from 'node:crypto';

import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

import { FORM, LOG_MESSAGE, PIXEL, SERVER_INFO, json, memo, names, serve, waited } from './features.mjs';

function build() {
  const server = new McpServer(SERVER_INFO, { capabilities: { logging: {} } });
  const tool = (name, description, inputSchema, call, more) =>
    server.registerTool(name, { description, inputSchema, ...more }, call);

  tool('echo', 'Says what arrived, as JSON.', { value: z.any() }, ({ value }) => json(value));
  tool('fail', 'Always fails.', {}, () => {
    throw new Error('no such city: Atlantis');
  });
  const outputSchema = { city: z.string(), count: z.number() };
  tool('measure', 'Answers with structured content.', { city: z.string() }, ({ city }) => measurement(city), {
    outputSchema,
  });
  tool('work', 'Reports progress and writes to the log.', {}, async (_, { _meta, sendNotification }) => {
    const progressToken = _meta?.progressToken;
    for (let progress = 1; progress <= 3 && progressToken !== undefined; progress++) {
      const params = { progressToken, progress, total: 3, message: `step ${progress} of 3` };
      await sendNotification({ method: 'notifications/progress', params });
    }
    await sendNotification({ method: 'notifications/message', params: { level: 'info', data: LOG_MESSAGE } });
    return { content: [{ type: 'text', text: 'done' }] };
  });
  tool('wait', 'Takes long.', {}, waited);
  tool('picture', 'Answers with an image.', {}, () => ({ content: [PIXEL] }));
  tool('confirm', 'Asks the user.', {}, async (_, { sendRequest }) => {
    const question = { method: 'elicitation/create', params: { message: 'Are you sure?', requestedSchema: FORM } };
    const { action } = await sendRequest(question, z.looseObject({ action: z.string() }));
    return { content: [{ type: 'text', text: `the user chose to ${action}` }] };
  });
  const argsSchema = { name: completable(z.string(), names) };
  server.registerPrompt('greeting', { description: 'Greets somebody.', argsSchema }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Please greet ${name}.` } }],
  }));
  server.registerResource('today', 'memo://today', { mimeType: 'text/plain' }, memo);
  server.registerResource('on_day', new ResourceTemplate('memo://day/{day}', { list: undefined }), {}, memo);
  return server;
}

function measurement(city) {
  const structuredContent = { city, count: Number.MAX_SAFE_INTEGER };
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

const sessions = new Map();

async function withSessions(request, response) {
  const known = request.headers['mcp-session-id'];
  if (known && !sessions.has(known)) return void response.writeHead(404).end();
  let transport = sessions.get(known);
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => sessions.set(id, transport),
      onsessionclosed: (id) => sessions.delete(id),
    });
    await build().connect(transport);
  }
  await transport.handleRequest(request, response);
}

async function stateless(request, response) {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on('close', () => transport.close());
  await build().connect(transport);
  await transport.handleRequest(request, response);
}

serve({ sessions: withSessions, stateless });
