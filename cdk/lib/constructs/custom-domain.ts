import { ApiMapping, DomainName, type HttpStage, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** A name of one's own for the endpoint. */
export interface CustomDomainOptions {
  readonly name: string;
  /** In the region of the stack. */
  readonly certificateArn: string;
  /**
   * The Route 53 zone that gets its DNS record.
   * @default - the record is left to the user
   */
  readonly hostedZoneId?: string;
}

export interface CustomDomainProps {
  readonly domain: CustomDomainOptions;
  readonly stage: HttpStage;
}

/** A name of one's own for the API, and its DNS record where a hosted zone is given. */
export class CustomDomain extends Construct {
  readonly url: string;
  /** What a DNS record that is made by hand must point to. */
  readonly target: string;

  constructor(scope: Construct, id: string, { domain, stage }: CustomDomainProps) {
    super(scope, id);
    const name = new DomainName(this, 'Name', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: stage.api, domainName: name, stage });
    this.url = `https://${domain.name}`;
    this.target = name.regionalDomainName;
    if (domain.hostedZoneId !== undefined) this.addRecord(name, domain.name, domain.hostedZoneId);
  }

  private addRecord(name: DomainName, recordName: string, hostedZoneId: string): void {
    // Only the id identifies the zone. Its name would complete a relative record name, and ours is absolute.
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName: recordName });
    const properties = new ApiGatewayv2DomainProperties(name.regionalDomainName, name.regionalHostedZoneId);
    new ARecord(this, 'Record', { zone, recordName: `${recordName}.`, target: RecordTarget.fromAlias(properties) });
  }
}
