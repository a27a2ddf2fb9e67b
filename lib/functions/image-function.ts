import { type Duration, Size } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type DockerImageCode,
  DockerImageFunction,
  LoggingFormat,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { grantAccess, type HomeAccess } from '../home/access.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';
import { METRICS_NAMESPACE } from './bundled-function.ts';
import { allowNetworkInterfaces } from './network-interfaces.ts';
import { acknowledgeWayOfCalling } from './way-of-calling.ts';

export interface HomeImageFunctionProps {
  /** Name of the folder under functions/; also the service that its logs and metrics name. */
  readonly folder: string;
  readonly image: DockerImageCode;
  readonly home: CloudHome;
  /** What its code does with the home, and so all that it may do. */
  readonly access: HomeAccess;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
  /** What /tmp holds. */
  readonly temporaryMegabytes: number;
  /** Environment besides that of the home. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Where it runs, if within the stack's network. */
  readonly network?: FunctionNetwork;
}

/** The subnets that a function is connected to, and the group that says what it may speak to. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/** A function in a container image, for what a bundle must not carry. It works on the home as the others do. */
export class HomeImageFunction extends DockerImageFunction {
  constructor(scope: Construct, id: string, props: HomeImageFunctionProps) {
    const logGroup = encryptedLogGroup(scope, `${id}Logs`);
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    super(scope, id, {
      code: props.image,
      description: `retclip-screening: ${props.folder}`,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      ephemeralStorageSize: Size.mebibytes(props.temporaryMegabytes),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      ...props.network,
      environment: {
        ...props.home.environment(),
        ...props.variables,
        POWERTOOLS_SERVICE_NAME: props.folder,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
    });
    logGroup.grantWrite(role);
    if (props.network !== undefined) allowNetworkInterfaces(role);
    else {
      acknowledge(role, {
        'AwsSolutions-IAM5[Resource::*]': 'X-Ray takes trace segments for no resource in particular.',
      });
    }
    acknowledgeWayOfCalling(this);
    grantAccess(role, props.home, props.access);
  }
}
