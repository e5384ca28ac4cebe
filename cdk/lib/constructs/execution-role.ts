import { Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * What a function may do on its own behalf: write to its one log group, and send traces where there are any. The managed
 * policy that the toolkit would attach allows writing to every log group of the account.
 */
export class ExecutionRole extends Role {
  constructor(scope: Construct, id: string, logGroup: ILogGroup, tracing = false) {
    super(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (tracing) this.allowTracing();
  }

  /** In a policy of its own, so that the wildcard is acknowledged here and in no other statement. */
  private allowTracing(): void {
    const policy = new Policy(this, 'Tracing', {
      roles: [this],
      statements: [
        new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
      ],
    });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords accept only *.',
    });
  }
}
