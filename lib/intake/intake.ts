import { Construct } from 'constructs';
import { LANE_QUEUES, type LaneSetting } from '../../core/lanes/lane.ts';
import type { ScreeningQueue } from '../../core/messages/queues.ts';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';

export interface IntakeProps {
  readonly home: CloudHome;
  readonly screeningLane: LaneSetting;
}

/** Where it asks for screenings: as its function decides, in nothing but the queues of lanes that there are. */
function screeningQueues(setting: LaneSetting): ScreeningQueue[] {
  return setting === 'auto' ? Object.values(LANE_QUEUES) : [LANE_QUEUES[setting]];
}

/** Pairs prepared photographs into exams: intake queue → intake function → queue of the model's lane. */
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
        sendTo: ['preparation', 'intake', ...screeningQueues(props.screeningLane), 'results'],
        buryIn: ['intake'],
        publishEvents: true,
      },
      timeout: consumerTimeout('intake'),
      memoryMegabytes: 512,
      variables: { SCREENING_LANE: props.screeningLane },
    });
    consume(this.handler, home.messaging.queues.intake.queue, 50);
  }
}
