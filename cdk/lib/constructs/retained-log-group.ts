import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How long data stays. */
export interface RetentionProps extends RemovalProps {
  /**
   * When lines of logs are deleted.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
}

/** What becomes of data when the stack goes. */
export interface RemovalProps {
  /**
   * What happens to keys and logs when they leave the stack, or the stack goes. By default they stay; a first deployment
   * that fails leaves nothing behind either way.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

export function removalPolicy(props: RemovalProps): RemovalPolicy {
  return props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}

/** A log group that ends lines after the configured time and itself only when data need not be kept. */
export class RetainedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: RetentionProps & { readonly logGroupName?: string }) {
    super(scope, id, {
      logGroupName: props.logGroupName,
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: removalPolicy(props),
    });
  }
}
