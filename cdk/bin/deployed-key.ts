import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Config } from '../lib/config';
import { API_KEY_VARIABLE } from '../lib/settings';

/** What the template of a stack contains that has a deployed key. */
const MARK = 'MCP_DEPLOYED_KEYS';

const WAYS_OUT =
  `set \`${API_KEY_VARIABLE}\` as it was, or \`-c removeDeployedKey=true\` to deploy without a key; ` +
  'whoever uses the one that is deployed is then refused';

/** Where the toolkit would deploy to, by the variables that it sets. */
interface Place {
  readonly account: string;
  readonly region: string;
  /** Of the toolkit's roles. */
  readonly qualifier: string;
}

/**
 * Why the deployment must not go on: it would remove the key of an earlier one, or nobody can tell whether it would.
 * Asks AWS only where there is an account to deploy to and nothing says what is wanted.
 */
export async function deployedKeyProblem(
  config: Pick<Config, 'apiKeySha256' | 'removeDeployedKey' | 'stackName'>,
  qualifier = 'hnb659fds',
  { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region }: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const { apiKeySha256, removeDeployedKey, stackName } = config;
  if (apiKeySha256 !== undefined || removeDeployedKey || !account || !region) return undefined;
  try {
    const template = await deployedTemplate(stackName, { account, region, qualifier });
    return template?.includes(MARK)
      ? `the stack ${stackName} has a key of \`${API_KEY_VARIABLE}\`, and this deployment has none: ${WAYS_OUT}`
      : undefined;
  } catch (error) {
    const cause = error instanceof OtherAccount ? error.message : `asking AWS ended in ${nameOf(error)}`;
    return `cannot tell whether the stack ${stackName} has a key of \`${API_KEY_VARIABLE}\`: ${cause}; ${WAYS_OUT}`;
  }
}

class OtherAccount extends Error {}

/** The template of the stack, or undefined if there is no such stack. */
async function deployedTemplate(stackName: string, place: Place): Promise<string | undefined> {
  const sts = new STSClient(client(place.region));
  const { Account: ours, Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand());
  if (ours !== place.account) {
    throw new OtherAccount(
      `the credentials found here are of another account than ${place.account}; choose the profile by AWS_PROFILE ` +
        'instead of --profile',
    );
  }
  try {
    return await template(stackName, new CloudFormationClient(client(place.region)));
  } catch (error) {
    if (!/^AccessDenied/.test(nameOf(error))) throw error;
    // Who may only use the toolkit's roles may use the one that looks.
    const credentials = await lookupCredentials(sts, arn.split(':')[1] ?? 'aws', place);
    return template(stackName, new CloudFormationClient({ ...client(place.region), credentials }));
  }
}

async function template(stackName: string, cloudFormation: CloudFormationClient): Promise<string | undefined> {
  try {
    const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName: stackName }));
    return TemplateBody;
  } catch (error) {
    if (nameOf(error) === 'ValidationError' && /does not exist/.test(String(error))) return undefined;
    throw error;
  }
}

async function lookupCredentials(sts: STSClient, partition: string, { account, region, qualifier }: Place) {
  const role = `arn:${partition}:iam::${account}:role/cdk-${qualifier}-lookup-role-${account}-${region}`;
  const session = { RoleArn: role, RoleSessionName: 'mcp-server-cdk' };
  const { Credentials: given } = await sts.send(new AssumeRoleCommand(session));
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken,
  };
}

// The SDK is pinned: what later ones need is no news for who deploys.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Two attempts of a few seconds: a deployment can wait for that, and not for a network that is not there. */
function client(region: string) {
  return { region, maxAttempts: 2, requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } };
}

/** Of an answer its name, of a connection that failed the system's. Nothing else of it: messages may tell too much. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  return 'code' in error ? String(error.code) : error.name;
}
