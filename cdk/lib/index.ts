/**
 * Constructs for an MCP server behind API keys, for an app of one's own: `McpServer` is all of it, the others are its
 * parts. Nothing here reads the environment or the context.
 */
export * from './constructs/access-log';
export * from './constructs/alarms';
export * from './constructs/api-key-authorizer';
export * from './constructs/api-key-store';
export * from './constructs/custom-domain';
export * from './constructs/dashboard';
export * from './constructs/endpoint';
export type { FunctionProps, LogLevel } from './constructs/function-settings';
export * from './constructs/gradual-release';
export * from './constructs/heartbeat';
export type { RemovalProps, RetentionProps } from './constructs/retained-log-group';
export * from './constructs/server';
export * from './constructs/server-function';
export { nativeCode, type NativeCodeOptions } from './native-code';
export * from './server-image';
