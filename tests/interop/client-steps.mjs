// What our client is asked to do with a foreign server, a column each, and what must come of it:
//
//   exit      the exit code; 0 unless given
//   json      a pattern for standard output, as judge.mjs has it
//   stdout    a string or regular expression that standard output contains
//   stderr    several of them, for standard error
//   sent      a string that the bytes to the server contain
//   interrupt a string in these bytes after which the client gets the signal of Ctrl-C
//   saved     a file's content in the folder of `--save`, in base64
//   legacy    what differs in the legacy era
import { PIXEL } from './servers/features.mjs';

/** Stands in a command for a folder of the step's own. */
export const FOLDER = '{folder}';

const NUMBERS = '{"z":12345678901234567890123,"a":1.10}';
// What is left of these once a server has read them.
const READ = {
  JavaScript: { numbers: '{"z":1.2345678901234568e+22,"a":1.1}', count: Number.MAX_SAFE_INTEGER },
  Python: { numbers: '{"z":12345678901234567890123,"a":1.1}', count: '12345678901234567890123' },
};
const text = (uri, content) => ({ contents: [{ uri, text: content }] });
const named = (...names) => names.map((name) => ({ name }));

/** The steps for the servers of the folder `servers`, which all offer the same. */
export const offered = (language) => [
  ...common('echo', 'ech'),
  {
    step: 'tools list',
    command: 'tools list --json',
    json: { tools: named('echo', 'fail', 'measure', 'work', 'wait', 'picture', 'confirm') },
  },
  {
    step: 'numbers',
    command: ['tools', 'call', 'echo', '--json-args', `{"value":${NUMBERS}}`],
    sent: `{"value":${NUMBERS}}`,
    stdout: READ[language].numbers,
  },
  { step: 'tool error', command: 'tools call fail', exit: 1, stderr: ['no such city: Atlantis'] },
  {
    step: 'structured',
    command: 'tools call measure --arg city=Kyiv --json',
    json: { structuredContent: { city: 'Kyiv' } },
    stdout: new RegExp(`"count": ${READ[language].count}\\s`),
  },
  {
    step: 'progress',
    command: 'tools call work -v',
    stdout: /^done$/m,
    stderr: ['step 1 of 3', 'step 2 of 3', 'step 3 of 3'],
  },
  { step: 'log', command: 'tools call work -v', stdout: /^done$/m, stderr: ['measured twice, cut once'] },
  interruption('tools call wait'),
  { step: 'image', command: `tools call picture --save ${FOLDER}`, saved: PIXEL.data },
  { step: 'elicitation', command: 'tools call confirm --timeout 3', exit: 76, stderr: [/elicit|person|asks|input/i] },
  { step: 'prompts', command: 'prompts list --json', json: { prompts: named('greeting') } },
  {
    step: 'prompt',
    command: 'prompts get greeting --arg name=Ada --json',
    json: { messages: [{ role: 'user', content: { type: 'text', text: 'Please greet Ada.' } }] },
  },
  { step: 'resources', command: 'resources list --json', json: { resources: [{ uri: 'memo://today' }] } },
  {
    step: 'templates',
    command: 'resources templates --json',
    json: { resourceTemplates: [{ uriTemplate: 'memo://day/{day}' }] },
  },
  { step: 'read', command: 'resources read memo://today --json', json: text('memo://today', 'water the plants') },
  {
    step: 'read by template',
    command: 'resources read memo://day/monday --json',
    json: text('memo://day/monday', 'nothing on monday'),
  },
  {
    step: 'complete',
    command: 'complete prompt greeting name=A --json',
    json: { completion: { values: ['Ada', 'Alan'] } },
  },
];

/** The steps for the reference server, which has a catalogue of its own. */
export const EVERYTHING = [
  ...common('echo', 'ecko'),
  { step: 'tools list', command: 'tools list --json', json: {}, stdout: '"name": "trigger-long-running-operation"' },
  {
    step: 'numbers',
    command: ['tools', 'call', 'get-sum', '--json-args', '{"b":12345678901234567890123,"a":1.10}'],
    sent: '{"b":12345678901234567890123,"a":1.10}',
    stdout: 'The sum of 1.1 and 1.2345678901234568e+22 is',
  },
  {
    step: 'tool error',
    command: 'tools call get-resource-reference --arg resourceType=Text --arg resourceId=-1',
    exit: 1,
    stderr: ['Invalid resourceId: -1'],
  },
  {
    step: 'structured',
    command: 'tools call get-structured-content --arg location=Chicago --json',
    json: { structuredContent: { temperature: 36, conditions: 'Light rain / drizzle', humidity: 82 } },
  },
  {
    step: 'progress',
    command: 'tools call trigger-long-running-operation --arg duration=0.1 --arg steps=2 -v',
    stdout: 'Long running operation completed',
    stderr: [' 50 %'],
  },
  interruption('tools call trigger-long-running-operation --arg duration=20 --arg steps=1'),
  { step: 'image', command: `tools call get-tiny-image --save ${FOLDER}`, saved: /^iVBORw0KGgo/ },
  {
    step: 'elicitation',
    command: 'tools call trigger-elicitation-request',
    exit: 76,
    stderr: [/elicit|person|asks|input/i],
  },
  {
    step: 'prompts',
    command: 'prompts list --json',
    json: { prompts: named('simple-prompt', 'args-prompt', 'completable-prompt', 'resource-prompt') },
  },
  {
    step: 'prompt',
    command: 'prompts get args-prompt --arg city=Kyiv --json',
    json: { messages: [{ role: 'user', content: { type: 'text', text: "What's weather in Kyiv?" } }] },
  },
  {
    step: 'resources',
    command: 'resources list --json',
    stdout: 'demo://resource/static/document/features.md',
  },
  {
    step: 'templates',
    command: 'resources templates --json',
    json: {
      resourceTemplates: [
        { uriTemplate: 'demo://resource/dynamic/text/{resourceId}' },
        { uriTemplate: 'demo://resource/dynamic/blob/{resourceId}' },
      ],
    },
  },
  {
    step: 'read',
    command: 'resources read demo://resource/static/document/features.md --json',
    json: text('demo://resource/static/document/features.md', { $matches: '^# ' }),
  },
  {
    step: 'read by template',
    command: 'resources read demo://resource/dynamic/text/1 --json',
    json: text('demo://resource/dynamic/text/1', { $matches: '^Resource 1: ' }),
  },
  {
    step: 'complete',
    command: 'complete prompt completable-prompt name=A --arg department=Engineering --json',
    json: { completion: { values: ['Alice'] } },
  },
];

function common(tool, nearMiss) {
  return [
    { step: 'tools show', command: `tools show ${tool} --json`, json: { name: tool, inputSchema: { type: 'object' } } },
    { step: 'unknown tool', command: `tools call ${nearMiss}`, exit: 64, stderr: [`did you mean \`${tool}\`?`] },
    { step: 'ping', command: 'ping' },
  ];
}

// The modern era has no message for it over HTTP: the end of the connection is the message.
function interruption(command) {
  const legacy = { sent: '"notifications/cancelled"' };
  return { step: 'interrupt', command, interrupt: '"tools/call"', exit: 130, legacy };
}
