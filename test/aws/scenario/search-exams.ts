import { expectThat, linesOf, PROGRAM, type Stage } from './stage.ts';
import { waitUntil } from './wait-until.ts';

interface Match {
  readonly patient: string;
  readonly similarity: number;
}

/** Finds patients by a text and by another patient's exam. */
export async function searchExams(stage: Stage, exams: number): Promise<void> {
  const search = async (...words: readonly string[]) =>
    linesOf<Match>(
      await stage.operator.insist(
        'stack',
        0,
        'search',
        '--program',
        PROGRAM,
        '--limit',
        '100',
        '--json',
        ...words,
      ),
    );
  const found = await waitUntil('every exam in the index', async () => {
    const matches = await search('双眼糖尿病视网膜病变');
    return matches.length >= exams ? matches : undefined;
  });
  expectThat(found.length === exams, 'one match of each exam', found);
  const similar = await search('--exam', '患者5/2026-05-01');
  expectThat(similar.length === exams - 1, 'all others like one exam', similar);
  const refused = await stage.stranger.run('endpoint', 'search', '--program', PROGRAM, 'x');
  expectThat(refused.code === 3, 'another program to stay closed', refused);
}
