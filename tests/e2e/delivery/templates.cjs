// Prints the template of every variation of the stack that asks for permissions of its own, by name.
const { Deployment } = require('../../../cdk/build/test/deployment.js');

const domain = {
  domainName: 'mcp.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/0f-1',
  hostedZoneId: 'Z0123456789ABC',
};
const variations = {
  default: {},
  temporary: { keepData: 'false' },
  alarms: { alarmEmail: 'ops@example.com' },
  domain,
  release: { release: 'canary10Percent5Minutes' },
  heartbeat: { heartbeatMinutes: '5' },
  traced: { tracing: 'true', environment: 'staging', ssmOutputs: 'true' },
  provisioned: { provisionedConcurrency: '2', reservedConcurrency: '20', authorizerReservedConcurrency: '5' },
};
const templates = Object.entries(variations).map(([name, context]) => [name, new Deployment({ context }).template]);
console.log(JSON.stringify(Object.fromEntries(templates.map(([name, template]) => [name, template.toJSON()]))));
