import { SecretValue, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type RemovalProps, removalPolicy } from './retained-log-group';

/** A key document, version 1, that authorises nobody. */
export const NO_KEYS = '{"v":1,"keys":[]}';

/**
 * The secret with the hashes of the keys that `mcp-client keys` manages.
 *
 * CloudFormation writes a secret's value when the template's value changes, and only then. So the template's value
 * is one constant: no deployment, with or without `API_KEY`, undoes a key that was made by hand.
 */
export class ApiKeyStore extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: RemovalProps = {}) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'SHA-256 hashes of the API keys of the MCP endpoint; change it with `mcp-client keys`',
      secretStringValue: SecretValue.unsafePlainText(NO_KEYS),
      removalPolicy: removalPolicy(props),
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The secret holds hashes of keys that people carry in their clients. A rotation without them would lock them ' +
        'out; `mcp-client keys rotate` overlaps the old and the new key, and not_after ends one.',
    });
  }

  /** Allows reading the value, and nothing else: `grantRead` would allow DescribeSecret too. */
  readStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] });
  }
}
