import type { ResultLine } from '../../../core/reviews/result-line.ts';
import type { ExportEncoder } from '../encoder.ts';
import { examBundle } from './exam-bundle.ts';

/** FHIR R4 bundles, one exam a line. @see http://ndjson.org */
export class FhirEncoder implements ExportEncoder {
  encode(lines: readonly ResultLine[]): Uint8Array {
    return Buffer.from(lines.map((line) => `${JSON.stringify(examBundle(line))}\n`).join(''));
  }

  finish(): Uint8Array {
    return new Uint8Array();
  }

  state(): unknown {
    return null;
  }
}
