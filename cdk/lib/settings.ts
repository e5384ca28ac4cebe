/** A setting of the deployment. */
export interface Setting {
  /** Its variable, in the environment or in `.env`. */
  readonly variable: string;
  /** What holds when nobody sets it; empty where that is "nothing". */
  readonly fallback: string;
  /** What may be set, for people. */
  readonly accepts: string;
}

/** How CodeDeploy can move calls to a new version, in the order of its documentation. */
export const RELEASES = [
  'canary10Percent5Minutes',
  'canary10Percent10Minutes',
  'canary10Percent15Minutes',
  'canary10Percent30Minutes',
  'linear10PercentEvery1Minute',
  'linear10PercentEvery2Minutes',
  'linear10PercentEvery3Minutes',
  'linear10PercentEvery10Minutes',
] as const;

const BOOLEAN = '`true` or `false`';
const IMAGE = 'the name of an image with a tag or a digest, such as `registry.example.com/rust:1.95.0-bookworm`';

/** Every setting that `-c name=value` or its variable may set. README.md lists the same table; a test compares. */
export const SETTINGS = {
  environment: setting(
    'MCP_DEPLOY_ENVIRONMENT',
    '',
    'up to 64 letters, digits and single hyphens, a letter first, such as `staging` or `pr-12`',
  ),
  stackName: setting(
    'MCP_DEPLOY_STACK_NAME',
    '',
    'up to 128 letters, digits and hyphens, a letter first, as CloudFormation wants it',
  ),
  architecture: setting('MCP_DEPLOY_ARCHITECTURE', 'x86_64', '`x86_64` or `arm64`'),
  memoryMb: setting('MCP_DEPLOY_MEMORY_MB', '512', 'a whole number from 128 to 10240'),
  timeoutSeconds: setting('MCP_DEPLOY_TIMEOUT_SECONDS', '29', 'a whole number from 1 to 29'),
  reservedConcurrency: setting('MCP_DEPLOY_RESERVED_CONCURRENCY', 'none', '`none` or a whole number from 1 to 10000'),
  provisionedConcurrency: setting(
    'MCP_DEPLOY_PROVISIONED_CONCURRENCY',
    'none',
    '`none` or a whole number from 1 to 10000',
  ),
  authorizerReservedConcurrency: setting(
    'MCP_DEPLOY_AUTHORIZER_RESERVED_CONCURRENCY',
    'none',
    '`none` or a whole number from 1 to 10000',
  ),
  authorizerTtlSeconds: setting('MCP_DEPLOY_AUTHORIZER_TTL_SECONDS', '0', 'a whole number from 0 to 3600'),
  keyCacheSeconds: setting('MCP_DEPLOY_KEY_CACHE_SECONDS', '60', 'a whole number from 1 to 900'),
  throttleRate: setting('MCP_DEPLOY_THROTTLE_RATE', '50', 'a whole number from 1 to 10000'),
  throttleBurst: setting('MCP_DEPLOY_THROTTLE_BURST', '50', 'a whole number from 1 to 5000'),
  allowedOrigins: setting(
    'MCP_ALLOWED_ORIGINS',
    '',
    'origins such as `https://app.example.com`, separated by commas, without wildcards',
  ),
  logLevel: setting('MCP_DEPLOY_LOG_LEVEL', 'info', '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `off`'),
  logRetentionDays: setting(
    'MCP_DEPLOY_LOG_RETENTION_DAYS',
    '90',
    'a period that CloudWatch Logs knows, such as 7, 30, 90, 180, 365',
  ),
  tracing: setting('MCP_DEPLOY_TRACING', 'false', BOOLEAN),
  metrics: setting('MCP_DEPLOY_METRICS', 'true', BOOLEAN),
  detailedMetrics: setting('MCP_DEPLOY_DETAILED_METRICS', 'false', BOOLEAN),
  alarmEmail: setting('MCP_DEPLOY_ALARM_EMAIL', '', 'an e-mail address'),
  alarmTopicArn: setting('MCP_DEPLOY_ALARM_TOPIC_ARN', '', 'the ARN of an SNS topic that is not FIFO'),
  heartbeatMinutes: setting('MCP_DEPLOY_HEARTBEAT_MINUTES', 'none', '`none` or a whole number from 1 to 60'),
  release: setting(
    'MCP_DEPLOY_RELEASE',
    'allAtOnce',
    '`allAtOnce` or one of ' + RELEASES.map((name) => `\`${name}\``).join(', '),
  ),
  domainName: setting('MCP_DEPLOY_DOMAIN_NAME', '', 'a host name such as `mcp.example.com`'),
  certificateArn: setting('MCP_DEPLOY_CERTIFICATE_ARN', '', 'the ARN of an ACM certificate in the region of the stack'),
  hostedZoneId: setting('MCP_DEPLOY_HOSTED_ZONE_ID', '', 'the id of a Route 53 hosted zone, such as `Z0123456789ABC`'),
  rustImage: setting('MCP_DEPLOY_RUST_IMAGE', '', IMAGE),
  runtimeImage: setting('MCP_DEPLOY_RUNTIME_IMAGE', '', IMAGE),
  adapterImage: setting('MCP_DEPLOY_ADAPTER_IMAGE', '', IMAGE),
  keepData: setting('MCP_DEPLOY_KEEP_DATA', '', BOOLEAN),
  terminationProtection: setting('MCP_DEPLOY_TERMINATION_PROTECTION', '', BOOLEAN),
  ssmOutputs: setting('MCP_DEPLOY_SSM_OUTPUTS', 'false', BOOLEAN),
  removeDeployedKey: setting('MCP_DEPLOY_REMOVE_DEPLOYED_KEY', 'false', BOOLEAN),
} satisfies Record<string, Setting>;

/** The name of a setting, as in `-c name=value`. */
export type SettingName = keyof typeof SETTINGS;

/** The variable with the API key. Not a setting: command lines are visible in process lists. */
export const API_KEY_VARIABLE = 'API_KEY';

function setting(variable: string, fallback: string, accepts: string): Setting {
  return { variable, fallback, accepts };
}
