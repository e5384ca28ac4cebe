// What the JavaScript drivers share: the command line, the API key, the walk through steps.json, and the lines they print.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/** Name and version that every client announces. */
export const CLIENT_INFO = { name: 'interop', version: '1.0.0' };

/**
 * Connects, sends every step, closes; prints one JSON line for each answer. Whether an answer is the
 * expected one is for matrix.mjs to say: here `ok` only means that the client got an answer.
 *
 * @param connect takes `{url, headers, mode}` and resolves to `{protocolVersion, send(method, params), close()}`
 */
export async function drive(connect) {
  const { steps } = JSON.parse(await readFile(new URL('steps.json', import.meta.url), 'utf8'));
  let client;
  const connected = await report('connect', async () => {
    client = await connect(target());
    return { protocolVersion: client.protocolVersion };
  });
  if (!connected) return;
  for (const { step, method, params } of steps) {
    await report(step, () => client.send(method, params));
  }
  await client.close();
}

/** The `send` of both TypeScript clients, whose typed methods have the same names. */
export function typedMethods(client) {
  const methods = {
    'tools/list': client.listTools,
    'tools/call': client.callTool,
    'prompts/list': client.listPrompts,
    'prompts/get': client.getPrompt,
  };
  return (method, params) => methods[method].call(client, params);
}

function target() {
  const { values, positionals } = parseArgs({ options: { endpoint: { type: 'string' } }, allowPositionals: true });
  const key = process.env.MCP_API_KEY;
  return { url: values.endpoint, headers: key ? { 'x-api-key': key } : {}, mode: positionals[0] };
}

/** Prints what came of a step. */
export async function report(step, call) {
  let ok = true;
  const detail = await call().catch((error) => {
    ok = false;
    return messages(error).join(': ');
  });
  console.log(JSON.stringify({ step, ok, detail }));
  return ok;
}

function messages(error) {
  return error ? [error.message, ...messages(error.cause)] : [];
}
