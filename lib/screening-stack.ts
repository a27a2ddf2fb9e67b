import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  DATA_BUCKET_OUTPUT,
  ENDPOINT_OUTPUT,
  ISSUER_OUTPUT,
  SCOPE_OUTPUT,
  SIGN_IN_CLIENT_OUTPUT,
} from '../aws/stack-outputs.ts';
import { QUEUE_NAMES } from '../core/messages/queues.ts';
import { acknowledge } from './acknowledge.ts';
import { Aggregation } from './aggregation/aggregation.ts';
import { Api } from './api/api.ts';
import type { TokenIssuer } from './api/token-issuer.ts';
import { UserDirectory } from './api/user-directory.ts';
import { CloudHome } from './home/cloud-home.ts';
import { containerImage, functionImage, imageOf } from './images/image.ts';
import {
  PREPARE_SOURCES,
  RESCORE_SOURCES,
  SCREEN_SOURCES,
  SEARCH_SOURCES,
  TRAINING_SOURCES,
  WORKER_SOURCES,
} from './images/image-sources.ts';
import { Intake } from './intake/intake.ts';
import { Jobs } from './jobs/jobs.ts';
import { titleOf } from './messaging/messaging.ts';
import { closeEndpoints } from './network/endpoint-policies.ts';
import { Network } from './network/network.ts';
import { Observability } from './observability/observability.ts';
import { Preparation } from './preparation/preparation.ts';
import { Reconciliation } from './reconciliation/reconciliation.ts';
import { LiveLane } from './screening/live-lane.ts';
import { Screening } from './screening/screening.ts';
import { Search } from './search/search.ts';
import type { DeploymentSettings } from './settings.ts';
import { Training } from './training/training.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export interface ScreeningStackProps extends StackProps {
  readonly settings: DeploymentSettings;
}

/** A user pool gives refresh tokens without being asked, and knows no scope by which to ask. */
const OPENID_SCOPE = 'openid';

/** The whole system for AWS, in any account and region. */
export class ScreeningStack extends Stack {
  constructor(scope: Construct, id: string, props: ScreeningStackProps) {
    const { settings, ...stackProps } = props;
    super(scope, id, {
      description:
        'retclip-screening: batch screening of fundus photographs with RET-CLIP. Research use only.',
      ...stackProps,
    });
    acknowledge(this, {
      'HIPAA.Security-IAMNoInlinePolicy':
        'Each policy belongs to one role of this stack, comes and goes with it, and can be attached to no other by mistake.',
    });
    const home = new CloudHome(this, 'Home', {
      storage: {
        replacedVersionsKept: Duration.days(settings.replacedVersionDays),
        backupLock: settings.backupLock,
      },
    });
    const network = new Network(this, 'Network', {
      zones: settings.zones,
      hasContainers: settings.gpuService === 'on',
    });
    closeEndpoints(network, home);
    const preparation = new Preparation(this, 'Preparation', {
      ...settings,
      home,
      network,
      image: functionImage(imageOf(this, 'Prepare', settings.prepareImage, PREPARE_SOURCES)),
    });
    const { screeningLane } = settings;
    const intake = new Intake(this, 'Intake', { home, screeningLane });
    const liveLane = new LiveLane(this, 'LiveLane', {
      ...settings,
      home,
      network,
      image: functionImage(imageOf(this, 'Screen', settings.screenImage, SCREEN_SOURCES)),
    });
    const aggregation = new Aggregation(this, 'Aggregation', { home });
    const workers = settings.gpuService === 'on' ? this.#addWorkers(home, network, settings) : undefined;
    const search = new Search(this, 'Search', {
      home,
      image: functionImage(imageOf(this, 'Search', settings.searchImage, SEARCH_SOURCES)),
    });
    const training = settings.trainingNodes > 0 ? this.#addTraining(home, network, settings) : undefined;
    const webhooks = new Webhooks(this, 'Webhooks', { home });
    const reconciliation = new Reconciliation(this, 'Reconciliation', { home });
    const tokens = this.#tokenIssuer(settings);
    const api = new Api(this, 'Api', {
      home,
      tokens,
      search: search.handler,
      jobs: workers?.jobs,
    });
    const { alarmEmail } = settings;
    const observability = new Observability(this, 'Observability', {
      home,
      preparation,
      intake,
      screening: workers?.screening,
      liveLane,
      aggregation,
      api,
      search,
      webhooks,
      jobs: workers?.jobs,
      training,
      tokenScopes: tokens instanceof UserDirectory ? tokens.tokenScopes : undefined,
      reconciliation,
      alarmEmail,
    });

    this.#output(ENDPOINT_OUTPUT, api.endpoint, 'Where the API answers');
    this.#output(
      DATA_BUCKET_OUTPUT,
      home.storage.bucket.bucketName,
      'Photographs, features, models, settings',
    );
    this.#output('DataKey', home.storage.key.keyArn, 'Encrypts the data bucket');
    this.#output('PreparedBucket', home.storage.prepared.bucketName, 'Pixels of photographs, for 30 days');
    this.#output('VectorBucket', home.vectors.bucketName, 'Features of exams for search');
    this.#output('ExamTable', home.storage.table.tableName, 'State and results of exams');
    this.#output('EventBus', home.messaging.bus.eventBusName, 'Tells of each exam screened');
    this.#output('AlarmTopic', observability.alarms.topic.topicArn, 'Tells of alarms');
    for (const name of QUEUE_NAMES) {
      const { queue, deadLetters } = home.messaging.queues[name];
      const title = titleOf(name);
      this.#output(`${title}Queue`, queue.queueUrl, `Queue ${name}`);
      this.#output(`${title}DeadLetters`, deadLetters.queueUrl, `What queue ${name} could not process`);
    }
  }

  /** The GPU workers, unless the live lane screens everything, and what jobs run on: containers, which need more of the network than functions do. */
  #addWorkers(home: CloudHome, network: Network, settings: DeploymentSettings) {
    const image = containerImage(imageOf(this, '', settings.workerImage, WORKER_SOURCES));
    const screening =
      settings.screeningLane === 'live'
        ? undefined
        : new Screening(this, 'Screening', { ...settings, home, network, image });
    const jobs = new Jobs(this, 'Jobs', {
      ...settings,
      home,
      network,
      workerImage: image,
      rescoreImage: containerImage(imageOf(this, 'Rescore', settings.rescoreImage, RESCORE_SOURCES)),
    });
    return { screening, jobs };
  }

  #addTraining(home: CloudHome, network: Network, settings: DeploymentSettings): Training {
    const training = new Training(this, 'Training', {
      home,
      network,
      image: containerImage(imageOf(this, 'Training', settings.trainingImage, TRAINING_SOURCES)),
      nodes: settings.trainingNodes,
      instanceType: settings.trainingInstanceType,
      zone: settings.trainingZone,
    });
    this.#output('TrainingQueue', training.queue.jobQueueArn, 'Where runs of the training are submitted');
    this.#output('TrainingDefinition', training.definition.jobDefinitionArn, 'What such a run is');
    return training;
  }

  #tokenIssuer({ jwtIssuer, jwtAudience, jwtScopePrefix }: DeploymentSettings): TokenIssuer {
    if (jwtIssuer !== undefined && jwtAudience !== undefined) {
      this.#output(ISSUER_OUTPUT, jwtIssuer, 'Whose tokens the API accepts');
      return { issuer: jwtIssuer, audience: jwtAudience, scopePrefix: jwtScopePrefix };
    }
    const users = new UserDirectory(this, 'Users');
    this.#output('UserPool', users.pool.userPoolId, 'Users of the API');
    this.#output('UserPoolClient', users.client.userPoolClientId, 'Client id to sign in with');
    this.#output(ISSUER_OUTPUT, users.issuer, 'Whose tokens the API accepts');
    this.#output(
      SIGN_IN_CLIENT_OUTPUT,
      users.signIn.userPoolClientId,
      'Client that the command line signs in as',
    );
    this.#output(SCOPE_OUTPUT, OPENID_SCOPE, 'Scopes that it asks for');
    return users;
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
