import { createHash } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import type { EvidenceChecks } from '../../model/bundle/evidence-checks.ts';
import type { JudgedPhotograph } from '../../model/evidence/judgement/judge-maps.ts';
import { WrongUseError } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { errorColours } from '../terminal/colours.ts';
import { withCohortSource } from '../upload/options.ts';
import { terminalAsk } from '../upload/terminal.ts';
import { photographedExams } from './compared-exams.ts';
import { DRAWN_SEED, drawnDiseases } from './drawn-diseases.ts';
import { mapsText } from './maps-text.ts';

interface MapsOptions {
  readonly photographs: string;
  readonly patients: number;
  readonly heads: readonly string[];
  readonly program?: string;
  readonly pattern?: string;
  readonly encoding?: string;
  readonly acceptDoubts: readonly string[];
  readonly record: boolean;
  readonly json: boolean;
}

function countOption(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return count;
}

async function maps(directory: string, options: MapsOptions): Promise<void> {
  await requireFolder('Bundle', directory);
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { judgeMaps } = await import('../../model/evidence/judgement/judge-maps.ts');
  const { recordEvidenceChecks } = await import('../../model/evidence/record-checks.ts');
  const { Decoders, decodingContract, ImageError } = await import('../../decoding/index.ts');
  const bundle = await openBundle(directory);
  const unknown = options.heads.find((name) => !bundle.heads.some((head) => head.name === name));
  if (unknown !== undefined) {
    throw new WrongUseError(
      `The bundle has no head "${unknown}", only ${bundle.heads.map(({ name }) => name).join(', ')}.`,
    );
  }
  const heads = bundle.heads.filter(({ name }) => options.heads.length === 0 || options.heads.includes(name));
  const side = bundle.manifest.geometry.vision.imageSize;
  const contract = decodingContract(bundle.manifest.preprocessing.id);
  const found = await photographedExams(options.photographs, options, options.json ? null : terminalAsk());
  await using decoders = new Decoders({ processes: 1 });
  const hashes: string[] = [];
  async function* photographs(): AsyncGenerator<JudgedPhotograph> {
    for (const { left, right } of found.exams) {
      for (const [eye, image] of [
        ['left', left],
        ['right', right],
      ] as const) {
        if (image === null) continue;
        const content = await image.read();
        try {
          const { squares } = await decoders.decode(content, { contract, sides: [side] });
          hashes.push(createHash('sha256').update(content).digest('hex'));
          yield { eye, pixels: squares[0] ?? new Uint8Array() };
        } catch (error) {
          if (!(error instanceof ImageError)) throw error;
          process.stderr.write(`left out: ${image.path}: ${error.message}\n`);
        }
      }
    }
  }
  let last = '';
  const { labels, runtime } = await judgeMaps(
    { ...bundle, heads },
    {
      drawn: drawnDiseases(decoders, options.patients, { contract, side }),
      photographs: photographs(),
      told: (what) => {
        if (!options.json && what !== last) process.stderr.write(errorColours.dim(`  ${what} …\n`));
        last = what;
      },
    },
  );
  const checks: EvidenceChecks = {
    drawn: { seed: DRAWN_SEED, patients: options.patients },
    photographs: {
      source: found.source,
      images: hashes.length,
      sha256: createHash('sha256').update(hashes.toSorted().join('\n')).digest('hex'),
    },
    labels: [...labels],
    runtime,
  };
  if (options.record) await recordEvidenceChecks(bundle, checks);
  const kept = options.record
    ? 'Kept in the bundle, which keeps its id.'
    : 'Not kept in the bundle (--no-record).';
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ id: bundle.manifest.id, ...checks, recorded: options.record })}\n`
      : `${[...mapsText(checks), kept].join('\n')}\n`,
  );
}

/** `retclip model maps BUNDLE --photographs SOURCE` */
export function modelMapsCommand(): Command {
  const command = new Command('maps')
    .description(
      'judge the evidence maps of every label, on drawn eyes and on photographs, and keep in the bundle which are shown',
    )
    .argument('<bundle>', 'folder of the bundle')
    .requiredOption(
      '--photographs <source>',
      'folder or manifest of photographs that the model was not trained on',
    )
    .option('--patients <count>', 'drawn patients of each disease', countOption, 24)
    .option('--heads <names...>', "heads whose maps are judged; all of the bundle's unless told", []);
  return withCohortSource(command)
    .option('--no-record', 'leave the bundle as it is')
    .option('--json', 'print one JSON object', false)
    .action(maps);
}
