import { Construct } from 'constructs';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';

export interface IntakeProps {
  readonly home: CloudHome;
}

/** Pairs prepared photographs into exams: intake queue → intake function → screening queue. */
export class Intake extends Construct {
  readonly handler: HomeFunction;

  constructor(scope: Construct, id: string, props: IntakeProps) {
    super(scope, id);
    const { home } = props;
    this.handler = new HomeFunction(this, 'Function', {
      folder: 'intake',
      home,
      access: {
        readObjects: ['images', 'models', 'programs', 'contents', 'moves', 'pseudonyms'],
        writeObjects: ['programRegister', 'contents', 'pseudonyms'],
        // Moves that are done, and what was registered of a patient who was erased meanwhile.
        eraseObjects: ['contents', 'moves'],
        exams: 'begin',
        // Preparation makes what is missing again; an exam without a gradable image is answered at once.
        sendTo: ['preparation', 'intake', 'screening', 'results'],
        buryIn: ['intake'],
        publishEvents: true,
      },
      timeout: consumerTimeout('intake'),
      memoryMegabytes: 512,
    });
    consume(this.handler, home.messaging.queues.intake.queue, 50);
  }
}
