import type { Finding } from '../../../core/exams/finding.ts';
import type { UngradableReason } from '../../../core/exams/quality.ts';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import type { ResultsPage } from '../../client.ts';

const LABELS = ['diabetic-retinopathy', 'glaucoma', 'hypertension'] as const;

function findingsOf(index: number, key: string): Finding[] {
  if (index % 7 === 3) return [];
  return LABELS.map((label, place) => {
    const probability = ((index * 31 + place * 17) % 1000) / 1000;
    const level = place === 1 ? 'left' : 'patient';
    const image = level === 'left' ? `${key}/left.jpg` : null;
    return { level, image, head: 'odir', label, probability, threshold: 0.5, positive: probability >= 0.5 };
  });
}

const DRAWN = ['recall', 'ungradable', 'refer', 'refer-urgent'] as const;

function eyeLine(image: string, reason: UngradableReason | null) {
  const gradable = reason === null;
  return { image, gradable, reason, images: [{ image, field: 'macula' as const, gradable, reason }] };
}

/** The `index`th of many results that differ in everything a format must carry. */
export function resultLine(index: number): ResultLine {
  const patient = index % 5 === 0 ? `患者 ${index}` : `P${String(index).padStart(6, '0')}`;
  const key = `images/north/${patient}/2026-05-01`;
  const outcome = DRAWN[index % DRAWN.length] ?? 'recall';
  const ungradable = index % 7 === 3;
  return {
    program: 'north',
    patient,
    exam: index % 4 === 0 ? 'first-visit' : '2026-05-01',
    outcome,
    screenedAt: new Date(Date.UTC(2026, 4, 1) + index * 1000).toISOString(),
    model: 'a'.repeat(64),
    heads: ['odir'],
    eyes: {
      left: eyeLine(`${key}/left.jpg`, ungradable ? 'out-of-focus' : null),
      right: index % 6 === 1 ? null : eyeLine(`${key}/right.jpg`, null),
    },
    findings: findingsOf(index, key),
    flags: ['research-use-only', ...(index % 2 === 0 ? ['untrained-model'] : [])],
    review: null,
    final: { outcome, decidedBy: 'machine' },
    reasons: [],
  };
}

/** Pages of results as the API gives them; some of them hold nothing, as filtered pages may. */
export function resultPages(
  exams: number,
  pageExams: number,
): (cursor?: string | null) => Promise<ResultsPage> {
  return async (cursor) => {
    const [from, empty] = (cursor ?? '0').split(' ').map(Number) as [number, number?];
    if (empty === undefined && from > 0 && (from / pageExams) % 3 === 1) {
      return { items: [], cursor: `${from} 1` };
    }
    const to = Math.min(exams, from + pageExams);
    const items = Array.from({ length: to - from }, (_, place) => resultLine(from + place));
    return to < exams ? { items, cursor: String(to) } : { items };
  };
}
