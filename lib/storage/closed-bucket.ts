import { RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';

/** What every bucket has: it is closed to the public and to plain HTTP, and stays when the stack goes. */
export const CLOSED_BUCKET = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  // CloudFormation deletes no bucket that holds objects.
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies BucketProps;
