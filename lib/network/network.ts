import {
  FlowLogDestination,
  FlowLogTrafficType,
  type GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  type InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { FunctionNetwork } from '../functions/image-function.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';

export interface NetworkProps {
  /** How many zones it spans. Each has an endpoint of each service, billed by the hour. */
  readonly zones: number;
  /** Whether containers run in it, which fetch images and write logs. Without, only functions do. */
  readonly hasContainers: boolean;
}

/** AWS services that the GPU instances and the worker speak to, besides S3, DynamoDB and SQS. */
const SERVICES = {
  Ecs: InterfaceVpcEndpointAwsService.ECS,
  EcsAgent: InterfaceVpcEndpointAwsService.ECS_AGENT,
  EcsTelemetry: InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
} as const;

/**
 * Where what opens photographs and what screens them lives: isolated subnets without a way to or from the internet. AWS
 * services are reached by endpoints; there is no NAT.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** Of the GPU instances and the worker: nothing may come in. */
  readonly workerSecurityGroup: SecurityGroup;
  readonly objectStoreEndpoint: GatewayVpcEndpoint;
  readonly examTableEndpoint: GatewayVpcEndpoint;
  readonly queuesEndpoint: InterfaceVpcEndpoint;
  readonly #endpointSecurityGroup: SecurityGroup;
  readonly #queuesSecurityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { zones, hasContainers }: NetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/20'),
      maxAzs: zones,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Worker', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      restrictDefaultSecurityGroup: false,
    });
    acknowledge(this.vpc, {
      'HIPAA.Security-VPCDefaultSecurityGroupClosed':
        'Nothing is ever put into the default group, and closing it takes a function that may change security groups at will.',
    });
    const flowLogs = encryptedLogGroup(this, 'FlowLogs');
    this.vpc.addFlowLog('Rejected', {
      destination: FlowLogDestination.toCloudWatchLogs(flowLogs),
      trafficType: FlowLogTrafficType.REJECT,
    });

    this.workerSecurityGroup = new SecurityGroup(this, 'WorkerSecurityGroup', {
      vpc: this.vpc,
      description: 'GPU workers: HTTPS out, nothing in',
      allowAllOutbound: false,
    });
    this.#endpointSecurityGroup = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: this.vpc,
      description: 'AWS endpoints: HTTPS from the GPU workers',
      allowAllOutbound: false,
    });
    this.#queuesSecurityGroup = new SecurityGroup(this, 'QueuesSecurityGroup', {
      vpc: this.vpc,
      description: 'AWS endpoint of SQS: HTTPS from what speaks to queues alone',
      allowAllOutbound: false,
    });
    this.admitToEndpoints(this.workerSecurityGroup, 'HTTPS from the GPU workers');

    this.objectStoreEndpoint = this.vpc.addGatewayEndpoint('ObjectStore', {
      service: GatewayVpcEndpointAwsService.S3,
    });
    this.examTableEndpoint = this.vpc.addGatewayEndpoint('ExamTable', {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
    });
    this.queuesEndpoint = this.vpc.addInterfaceEndpoint('Sqs', {
      service: InterfaceVpcEndpointAwsService.SQS,
      securityGroups: [this.#endpointSecurityGroup, this.#queuesSecurityGroup],
      open: false,
    });
    if (!hasContainers) return;
    const securityGroups = [this.#endpointSecurityGroup];
    for (const [name, service] of Object.entries(SERVICES))
      this.vpc.addInterfaceEndpoint(name, { service, securityGroups, open: false });
  }

  /** Lets instances of this group speak to AWS services, and nowhere else: no subnet has a route to the internet. */
  admitToEndpoints(group: SecurityGroup, description: string): void {
    this.#admit(group, this.#endpointSecurityGroup, description);
  }

  /**
   * Where a function runs that speaks to SQS alone, beside S3 and DynamoDB, whose endpoints are routes: in the isolated
   * subnets, in a security group of its own.
   *
   * @param scope gets the security group
   * @param description of the group
   * @param ingress what the endpoint is told of it
   */
  placeOfQueueClient(scope: Construct, description: string, ingress: string): FunctionNetwork {
    const group = new SecurityGroup(scope, 'SecurityGroup', {
      vpc: this.vpc,
      description,
      allowAllOutbound: false,
    });
    this.#admit(group, this.#queuesSecurityGroup, ingress);
    return { vpc: this.vpc, vpcSubnets: { subnets: this.vpc.isolatedSubnets }, securityGroups: [group] };
  }

  #admit(group: SecurityGroup, endpoints: SecurityGroup, description: string): void {
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to AWS endpoints');
    endpoints.addIngressRule(group, Port.tcp(443), description);
  }
}
