import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { checkKey, HOW_TO_MAKE_A_KEY } from './api-key';
import type { BaseImages, CustomDomainOptions, LogLevel } from './index';
import { Reader, type Source } from './reader';
import { serverVariables } from './server-settings';
import { API_KEY_VARIABLE, RELEASES } from './settings';
import { unknownSettings } from './unknown-settings';

/** Everything that can be configured, checked. */
export interface Config {
  /** The stack's. */
  readonly stackName: string;
  readonly environment: string | undefined;
  readonly architecture: Architecture;
  readonly baseImages: BaseImages;
  readonly server: {
    readonly memoryMb: number;
    readonly timeoutSeconds: number;
    readonly reservedConcurrency: number | undefined;
    readonly provisionedConcurrency: number | undefined;
    /** How calls go over to a new version; undefined: all at once. */
    readonly release: Release | undefined;
    /** Its own settings, by their variables. */
    readonly variables: Readonly<Record<string, string>>;
  };
  readonly authorizer: {
    readonly reservedConcurrency: number | undefined;
    /** How long the gateway remembers an answer. 0: it asks every time. */
    readonly ttlSeconds: number;
    /** How long the authorizer remembers the key document. */
    readonly keyCacheSeconds: number;
  };
  /** For all callers together; requests per second, and at once. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  readonly allowedOrigins: readonly string[];
  readonly logs: { readonly level: LogLevel; readonly retention: RetentionDays };
  /** Whether X-Ray traces calls. */
  readonly tracing: boolean;
  /** Whether the programs write metrics. */
  readonly metrics: boolean;
  /** Whether the gateway's metrics are kept by route too. */
  readonly detailedMetrics: boolean;
  readonly alarmEmail: string | undefined;
  readonly alarmTopicArn: string | undefined;
  /** How often the endpoint is tested; undefined: never. */
  readonly heartbeatMinutes: number | undefined;
  readonly domain: CustomDomainOptions | undefined;
  /** Whether keys and logs outlive the stack. */
  readonly keepData: boolean;
  readonly terminationProtection: boolean;
  /** Whether the outputs are also parameters of Systems Manager. */
  readonly ssmOutputs: boolean;
  /** Whether a deployment without a key may remove the one that is deployed. */
  readonly removeDeployedKey: boolean;
  /** SHA-256 of `API_KEY`, in hexadecimal; the key itself goes no further than here. */
  readonly apiKeySha256: string | undefined;
}

const ARCHITECTURES = { x86_64: Architecture.X86_64, arm64: Architecture.ARM_64 };

export type Release = (typeof RELEASES)[number];

const STACK_NAME = 'McpServerStack';

/** Becomes part of the name of the stack, and a tag. */
const ENVIRONMENT = /^(?=.{1,64}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/;

/** A name with a tag, a digest or both: one without either would be whatever is newest today. */
const IMAGE = /^[a-z0-9]([a-z0-9._/-]|:\d+\/)*(:[\w][\w.-]{0,127}(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/;

/** Every setting that cannot be used, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Reads and checks all settings. Throws a `ConfigError` that names every problem. */
export function loadConfig(source: Source): Config {
  const reader = new Reader(source);
  const environment = reader.parsed('environment', matching(ENVIRONMENT));
  const kept = environment === undefined || isProduction(environment);
  const config: Config = {
    stackName: stackName(reader, environment),
    environment,
    architecture: ARCHITECTURES[reader.choice('architecture', ['x86_64', 'arm64'])],
    baseImages: {
      rust: reader.parsed('rustImage', matching(IMAGE)),
      runtime: reader.parsed('runtimeImage', matching(IMAGE)),
      adapter: reader.parsed('adapterImage', matching(IMAGE)),
    },
    server: server(reader, source),
    authorizer: {
      reservedConcurrency: reader.optionalNumber('authorizerReservedConcurrency', 10_000),
      ttlSeconds: reader.number('authorizerTtlSeconds', 0, 3600),
      keyCacheSeconds: reader.number('keyCacheSeconds', 1, 900),
    },
    throttle: { rate: reader.number('throttleRate', 1, 10_000), burst: reader.number('throttleBurst', 1, 5_000) },
    allowedOrigins: reader.parsed('allowedOrigins', origins) ?? [],
    logs: {
      level: reader.choice('logLevel', ['info', 'trace', 'debug', 'warn', 'error', 'fatal', 'off']),
      retention: reader.parsed('logRetentionDays', retention) ?? RetentionDays.THREE_MONTHS,
    },
    tracing: reader.flag('tracing'),
    metrics: reader.flag('metrics'),
    detailedMetrics: reader.flag('detailedMetrics'),
    alarmEmail: reader.parsed('alarmEmail', matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/)),
    alarmTopicArn: reader.parsed(
      'alarmTopicArn',
      matching(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/),
    ),
    heartbeatMinutes: reader.optionalNumber('heartbeatMinutes', 60),
    domain: domain(reader),
    keepData: reader.flag('keepData', kept),
    terminationProtection: reader.flag('terminationProtection', environment !== undefined && kept),
    ssmOutputs: ssmOutputs(reader),
    removeDeployedKey: reader.flag('removeDeployedKey'),
    apiKeySha256: apiKey(reader, source.variables[API_KEY_VARIABLE]),
  };
  const problems = [...unknownSettings(source), ...reader.problems];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Whose keys and logs nobody wants to lose by a slip: also those of one production among several, `production-eu`. */
function isProduction(environment: string): boolean {
  return environment.split('-').some((part) => /^prod(uction)?$/i.test(part));
}

function stackName(reader: Reader, environment: string | undefined): string {
  const named = reader.parsed('stackName', matching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/));
  return named ?? (environment === undefined ? STACK_NAME : `${STACK_NAME}-${environment}`);
}

/** Systems Manager keeps these beginnings of names for AWS. */
function ssmOutputs(reader: Reader): boolean {
  const wanted = reader.flag('ssmOutputs');
  if (wanted && /^(aws|ssm)/i.test(reader.text('stackName'))) {
    reader.refuse('ssmOutputs', 'the names of parameters begin with `stackName`, which must not be `aws…` or `ssm…`');
  }
  return wanted;
}

function server(reader: Reader, source: Source): Config['server'] {
  const reservedConcurrency = reader.optionalNumber('reservedConcurrency', 10_000);
  const provisionedConcurrency = reader.optionalNumber('provisionedConcurrency', 10_000);
  const release = reader.choice('release', ['allAtOnce', ...RELEASES]);
  // A gradual release keeps two versions warm.
  const versions = release === 'allAtOnce' ? 1 : 2;
  if (reservedConcurrency && provisionedConcurrency && versions * provisionedConcurrency > reservedConcurrency) {
    const most = versions === 1 ? '`reservedConcurrency`' : 'half of `reservedConcurrency` with this `release`';
    reader.refuse('provisionedConcurrency', `expected at most ${most}, ${Math.floor(reservedConcurrency / versions)}`);
  }
  return {
    memoryMb: reader.number('memoryMb', 128, 10_240),
    timeoutSeconds: reader.number('timeoutSeconds', 1, 29),
    reservedConcurrency,
    provisionedConcurrency,
    release: release === 'allAtOnce' ? undefined : release,
    variables: serverVariables(source, reader.problems),
  };
}

function domain(reader: Reader): CustomDomainOptions | undefined {
  const name = reader.parsed(
    'domainName',
    matching(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/),
  );
  const certificateArn = reader.parsed(
    'certificateArn',
    matching(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/),
  );
  const hostedZoneId = reader.parsed('hostedZoneId', matching(/^Z[A-Z0-9]{1,31}$/));
  const given = (setting: 'domainName' | 'certificateArn' | 'hostedZoneId') => reader.text(setting) !== '';
  if (given('domainName') && !given('certificateArn'))
    reader.refuse('domainName', 'expected `certificateArn` beside it');
  if (given('certificateArn') && !given('domainName'))
    reader.refuse('certificateArn', 'expected `domainName` beside it');
  if (given('hostedZoneId') && !given('domainName')) reader.refuse('hostedZoneId', 'expected `domainName` beside it');
  return name && certificateArn ? { name, certificateArn, hostedZoneId } : undefined;
}

function apiKey(reader: Reader, key: string | undefined): string | undefined {
  if (!key) return undefined;
  const checked = checkKey(key);
  if ('sha256' in checked) return checked.sha256;
  reader.problems.push(`invalid \`${API_KEY_VARIABLE}\`: ${checked.problem}; ${HOW_TO_MAKE_A_KEY}`);
  return undefined;
}

function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

function retention(text: string): RetentionDays | undefined {
  const days = Number(text);
  return days in RetentionDays && days !== RetentionDays.INFINITE ? days : undefined;
}

/** The gateway compares origins as text, so they must look exactly as browsers send them. */
function origins(text: string): readonly string[] | undefined {
  const listed = text.split(',').flatMap((origin) => origin.trim() || []);
  const exact = (origin: string) =>
    /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
  return listed.every(exact) ? listed : undefined;
}
