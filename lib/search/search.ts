import { Duration } from 'aws-cdk-lib';
import type { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeFunction } from '../functions/home-function.ts';
import { HomeImageFunction } from '../functions/image-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { sendEvents } from '../messaging/send-events.ts';

export interface SearchProps {
  readonly home: CloudHome;
  readonly image: DockerImageCode;
}

/** Finds patients by text and by likeness: an index that follows the events, and a function with the text tower. */
export class Search extends Construct {
  readonly indexer: HomeFunction;
  readonly handler: HomeImageFunction;

  constructor(scope: Construct, id: string, { home, image }: SearchProps) {
    super(scope, id);
    this.indexer = new HomeFunction(this, 'Indexer', {
      folder: 'index-exam',
      home,
      access: { readObjects: ['features'], exams: 'read', buryIn: ['indexing'], vectors: 'write' },
      timeout: consumerTimeout('indexing'),
      memoryMegabytes: 512,
    });
    consume(this.indexer, home.messaging.queues.indexing.queue, 10);
    sendEvents(this, home.messaging, ['ExamScreened'], 'indexing');
    this.handler = new HomeImageFunction(this, 'Function', {
      folder: 'search',
      image,
      home,
      // It notes who has searched and found whom.
      access: {
        // Which programs there are, to tell a misspelt one.
        readObjects: ['models', 'audit', 'programRegister', 'pseudonyms'],
        writeObjects: ['audit', 'pseudonyms'],
        exams: 'list',
        vectors: 'read',
      },
      // The API waits no longer than 30 s; the first call fetches the text tower, 400 MB for the published weights.
      timeout: Duration.seconds(29),
      memoryMegabytes: 3_008,
      temporaryMegabytes: 2_048,
    });
  }
}
