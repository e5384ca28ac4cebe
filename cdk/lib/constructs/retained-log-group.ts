import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../config';

/** What happens to keys and logs when the stack goes. A first deployment that fails leaves nothing behind either way. */
export function removalPolicy(config: Config): RemovalPolicy {
  return config.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}

/** A log group that ends lines after the configured time and itself only when data need not be kept. */
export class RetainedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id, { retention: config.logs.retention, removalPolicy: removalPolicy(config) });
  }
}
