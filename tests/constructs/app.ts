/** Somebody else's app: an MCP server beside a bucket that its tools read. */
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { McpServer, nativeCode, serverImage } from 'mcp-server-cdk';

const [, , repository] = process.argv;
if (repository === undefined) throw new Error('expected the directory of the repository');

const stack = new Stack(new App(), 'Sample');
const bucket = new Bucket(stack, 'Documents', {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  removalPolicy: RemovalPolicy.DESTROY,
});
const mcp = new McpServer(stack, 'Mcp', {
  serverImage: serverImage(repository),
  authorizerCode: nativeCode(repository, 'mcp-authorizer'),
  removalPolicy: RemovalPolicy.DESTROY,
  server: { memorySize: 256, timeout: Duration.seconds(20), environment: { DOCUMENTS: bucket.bucketName } },
});
bucket.grantRead(mcp.server.function);
new CfnOutput(stack, 'McpEndpoint', { value: mcp.endpoint.url });
new CfnOutput(stack, 'ApiId', { value: mcp.endpoint.api.apiId });
new CfnOutput(stack, 'ApiKeysSecret', { value: mcp.keyStore.secret.secretArn });
