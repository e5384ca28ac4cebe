import { Stack, Validations } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type ILambdaDeploymentConfig, LambdaApplication, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface GradualReleaseProps {
  readonly alias: Alias;
  /** The function of the alias. */
  readonly function: IFunction;
  /** How calls go over to a new version, such as `LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES`. */
  readonly config: ILambdaDeploymentConfig;
  /** Brings all calls back to the version before when it fires meanwhile, and fails the deployment. */
  readonly alarm: IAlarm;
}

/** Lets CodeDeploy move an alias to a new version by and by, and back. */
export class GradualRelease extends Construct {
  constructor(scope: Construct, id: string, props: GradualReleaseProps) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    const policies = [this.mayShift(role, props.function), this.mayReadAlarms(role)];
    const group = new LambdaDeploymentGroup(this, 'Group', {
      application: new LambdaApplication(this, 'Application'),
      alias: props.alias,
      deploymentConfig: props.config,
      alarms: [props.alarm],
      autoRollback: { failedDeployment: true, deploymentInAlarm: true },
      // Or the toolkit would attach a managed policy for every function of the account.
      role: role.withoutPolicyUpdates(),
    });
    group.node.addDependency(...policies);
  }

  /** The alias is named by its function: its own ARN would wait for the deployment group, which needs this. */
  private mayShift(role: Role, { functionArn }: IFunction): Policy {
    const policy = new Policy(this, 'Shift', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['lambda:GetAlias', 'lambda:UpdateAlias'], resources: [functionArn] }),
        new PolicyStatement({
          actions: ['lambda:GetProvisionedConcurrencyConfig'],
          resources: [`${functionArn}:*`],
        }),
      ],
    });
    const [logicalId] = Stack.of(this).resolve(functionArn)['Fn::GetAtt'];
    Validations.of(policy).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>:*]`,
      reason: 'The versions of this one function, whose numbers nobody knows before.',
    });
    return policy;
  }

  private mayReadAlarms(role: Role): Policy {
    const policy = new Policy(this, 'Alarms', {
      roles: [role],
      statements: [new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] })],
    });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'It only reads, and AWS does not say that CodeDeploy is content with less.',
    });
    return policy;
  }
}
