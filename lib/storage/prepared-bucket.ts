import { Duration } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { CLOSED_BUCKET } from './closed-bucket.ts';

export interface PreparedBucketProps {
  readonly key: Key;
  /** Where S3 writes down who has read or written what. */
  readonly accessLogs: IBucket;
}

/** How long what was prepared is kept. What is needed later is made again. */
const KEPT = Duration.days(30);

/**
 * What was prepared of photographs: the model's pixels, and what was found of each. It can be made again at any time, so
 * there is one version of it and no copy.
 */
export class PreparedBucket extends Bucket {
  constructor(scope: Construct, id: string, { key, accessLogs }: PreparedBucketProps) {
    super(scope, id, {
      // Without the stack it stays as well, and is empty after 30 days.
      ...CLOSED_BUCKET,
      versioned: false,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'prepared/',
      lifecycleRules: [
        {
          id: 'forget-prepared-images',
          expiration: KEPT,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    acknowledge(this, {
      CKV_AWS_21:
        'What is prepared can be made again from the photograph; a former version would outlive an erasure.',
      'HIPAA.Security-S3BucketVersioningEnabled':
        'What is prepared can be made again from the photograph; a former version would outlive an erasure.',
      'HIPAA.Security-S3BucketReplicationEnabled':
        'What is prepared can be made again from the photograph, which the data bucket keeps.',
    });
  }
}
