import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerProgram } from '../../core/programs/program-register.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { tellWaiting, WAITING_METRIC, waitingMetrics } from './tell-waiting.ts';

afterEach(() => vi.restoreAllMocks());

const silent = { info() {}, warn() {}, error() {} };
const key = (program: string, exam: string) => ({ program, patient: 'P1', exam });

describe('how long exams wait', () => {
  it('is told of each program by its longest, and as zero where none waits', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    for (const program of ['north', 'south', 'west']) await registerProgram(home.objects, program);
    const early = '2026-05-01T00:00:00.000Z';
    // Registered long ago and asked for again a minute before: it waits for a minute.
    const asked = registeredExam(key('north', 'old'), '2025-05-01T00:00:00.000Z');
    await home.exams.save({ ...asked, pairingDeadline: '2026-05-03T11:59:00.000Z' });
    const stuck = registeredExam(key('north', 'stuck'), early);
    await home.exams.save({ ...stuck, pairingDeadline: '2026-05-02T10:00:00.000Z' });
    const answered = registeredExam(key('south', 'done'), early);
    await home.exams.save(screenedExam(answered, 'refer', early));
    const ahead = registeredExam(key('west', 'ahead'), early);
    await home.exams.save({ ...ahead, pairingDeadline: '2026-05-04T00:00:00.000Z' });

    const told: [string, number][] = [];
    const times = { add: (program: string, seconds: number) => void told.push([program, seconds]) };
    const now = () => new Date('2026-05-03T12:00:00.000Z');
    const waiting = await tellWaiting({ home, log: silent, times, now });

    // From 10 o'clock of the second to noon of the third: 26 hours.
    expect(told).toEqual([
      ['north', 26 * 3_600],
      ['south', 0],
      ['west', 0],
    ]);
    expect(waiting.map(({ exam }) => exam)).toEqual(['north/P1/stuck', 'west/P1/ahead']);
  });

  it('is written of all programs together and of each', () => {
    const lines: string[] = [];
    const output = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((line) => lines.push(String(line)) > 0);
    const times = waitingMetrics(new Metrics({ namespace: 'RetclipScreening', serviceName: 'reconcile' }));
    times.add('north', 7);
    times.add('south', 9);
    output.mockRestore();
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.map((entry) => [entry.program, entry[WAITING_METRIC]])).toEqual([
      ['north', 7],
      ['south', 9],
    ]);
    for (const entry of entries) {
      const [metrics] = entry._aws.CloudWatchMetrics;
      expect(metrics.Dimensions).toEqual([['service'], ['service', 'program']]);
      expect(metrics.Metrics).toEqual([{ Name: WAITING_METRIC, Unit: 'Seconds' }]);
    }
  });
});
