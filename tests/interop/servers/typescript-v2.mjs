// The TypeScript SDK, second generation: without sessions in both eras or only in the modern one, with sessions in the
// legacy era; and Vercel's mcp-handler, which wraps the first of these.
import { randomUUID } from 'node:crypto';

import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import {
  McpServer,
  ResourceTemplate,
  completable,
  createMcpHandler,
  inputRequired,
} from '@modelcontextprotocol/server';
import { createMcpHandler as createVercelHandler } from 'mcp-handler';
import { z } from 'zod';

import { FORM, LOG_MESSAGE, PIXEL, SERVER_INFO, json, memo, names, serve, waited } from './features.mjs';

function add(server) {
  const tool = (name, description, inputSchema, call, more) =>
    server.registerTool(name, { description, inputSchema: z.object(inputSchema), ...more }, call);

  tool('echo', 'Says what arrived, as JSON.', { value: z.any() }, ({ value }) => json(value));
  tool('fail', 'Always fails.', {}, () => {
    throw new Error('no such city: Atlantis');
  });
  const outputSchema = z.object({ city: z.string(), count: z.number() });
  tool('measure', 'Answers with structured content.', { city: z.string() }, ({ city }) => measurement(city), {
    outputSchema,
  });
  tool('work', 'Reports progress and writes to the log.', {}, async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (let progress = 1; progress <= 3 && progressToken !== undefined; progress++) {
      const params = { progressToken, progress, total: 3, message: `step ${progress} of 3` };
      await mcpReq.notify({ method: 'notifications/progress', params });
    }
    await mcpReq.log('info', LOG_MESSAGE);
    return { content: [{ type: 'text', text: 'done' }] };
  });
  tool('wait', 'Takes long.', {}, waited);
  tool('picture', 'Answers with an image.', {}, () => ({ content: [PIXEL] }));
  tool('confirm', 'Asks the user.', {}, (_, { mcpReq }) => {
    const { sure } = mcpReq.inputResponses ?? {};
    if (sure) return { content: [{ type: 'text', text: `the user chose to ${sure.action}` }] };
    const question = inputRequired.elicit({ message: 'Are you sure?', requestedSchema: FORM });
    return inputRequired({ inputRequests: { sure: question } });
  });
  const argsSchema = z.object({ name: completable(z.string(), names) });
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

const options = { capabilities: { logging: {} } };
const build = () => add(new McpServer(SERVER_INFO, options));
const sessions = new Map();

async function withSessions(request, response) {
  const known = request.headers['mcp-session-id'];
  if (known && !sessions.has(known)) return void response.writeHead(404).end();
  let transport = sessions.get(known);
  if (!transport) {
    transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await build().connect(transport);
  }
  await transport.handleRequest(request, response);
}

serve({
  sessions: withSessions,
  stateless: toNodeHandler(createMcpHandler(build)),
  modern: toNodeHandler(createMcpHandler(build, { legacy: 'reject' })),
  'mcp-handler': toNodeHandler({ fetch: createVercelHandler(add, { serverInfo: SERVER_INFO, ...options }) }),
});
