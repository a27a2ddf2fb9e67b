import type { ScreeningQueue } from '../../core/messages/queues.ts';
import type { HomeAccess } from '../home/access.ts';

/**
 * All that screening needs of the home, the same in a worker and in the live lane's function: it opens no photograph, but
 * reads what was prepared of them.
 *
 * @param queues where its requests wait
 */
export function screeningAccess(queues: readonly ScreeningQueue[]): HomeAccess {
  return {
    // Evidence maps lie beside what was prepared of their image.
    prepared: 'read-and-explain',
    readObjects: ['models', 'heads', 'attempts'],
    writeObjects: ['features', 'featureRows', 'attempts'],
    eraseObjects: ['attempts'],
    exams: 'read',
    receiveFrom: queues,
    // Intake, to have an exam asked for again that names another model than the one that is loaded, or lacks pixels.
    sendTo: ['results', 'intake'],
    buryIn: queues,
  };
}
