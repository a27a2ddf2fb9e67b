import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';
import { PROJECT_ROOT } from '../project-root.ts';
import { acknowledgeWayOfCalling } from './way-of-calling.ts';

/** Namespace of the metrics that functions and worker write. */
export const METRICS_NAMESPACE = 'retclip-screening';

export interface BundledFunctionProps {
  /** Name of the folder under functions/; also the service that its logs and metrics name. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
}

/**
 * A function of functions/<folder>/index.ts, bundled by the project's own esbuild. Its role may write its logs and
 * traces and nothing else until more is granted.
 */
export class BundledFunction extends NodejsFunction {
  /** The role that the function runs as; `role` of the base class may be undefined by type. */
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    const logGroup = encryptedLogGroup(scope, `${id}Logs`);
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    super(scope, id, {
      entry: join(PROJECT_ROOT, 'functions', props.folder, 'index.ts'),
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: join(PROJECT_ROOT, 'package-lock.json'),
      description: `retclip-screening: ${props.folder}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.folder,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        NODE_OPTIONS: '--enable-source-maps',
      },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        keepNames: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        sourcesContent: false,
        mainFields: ['module', 'main'],
        // The versions of the lock file, not those that the runtime happens to have.
        bundleAwsSDK: true,
        // Packages in CommonJS call require.
        banner:
          "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    this.executionRole = role;
    logGroup.grantWrite(role);
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'X-Ray takes trace segments for no resource in particular.',
    });
    acknowledgeWayOfCalling(this);
  }
}
