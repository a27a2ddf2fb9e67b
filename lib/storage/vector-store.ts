import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnVectorBucket } from 'aws-cdk-lib/aws-s3vectors';
import { Construct } from 'constructs';

export interface VectorStoreProps {
  readonly key: Key;
}

/**
 * Features of exams for search, in Amazon S3 Vectors. The code makes an index for each program and model: how long a
 * vector is, only the model knows.
 */
export class VectorStore extends Construct {
  readonly bucket: CfnVectorBucket;
  readonly bucketArn: string;
  /** Every index in it. */
  readonly indexArns: string;
  readonly bucketName: string;

  constructor(scope: Construct, id: string, props: VectorStoreProps) {
    super(scope, id);
    this.bucket = new CfnVectorBucket(this, 'Bucket', {
      encryptionConfiguration: { sseType: 'aws:kms', kmsKeyArn: props.key.keyArn },
    });
    this.bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.bucketArn = this.bucket.attrVectorBucketArn;
    this.indexArns = `${this.bucketArn}/index/*`;
    // arn:…:s3vectors:…:bucket/NAME
    this.bucketName =
      Stack.of(this).splitArn(this.bucketArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName ?? '';
    props.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LetS3VectorsKeepItsIndexes',
        principals: [new ServicePrincipal('indexing.s3vectors.amazonaws.com')],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
