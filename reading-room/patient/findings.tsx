import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { labelText } from '../outcome/label.ts';
import { Meter } from '../outcome/meter.tsx';
import type { Outcome } from '../outcome/outcome.tsx';
import { onlyEyeOf } from '../outcome/why.ts';
import { type FindingRow, findingRows, LEAST_SHOWN, shownRows } from './finding-rows.ts';
import { EYES } from './reading-query.ts';

type Finding = Schemas['Finding'];

function FindingMeter({
  finding,
  outcome,
}: {
  readonly finding: Finding | undefined;
  readonly outcome: Outcome;
}) {
  if (finding === undefined) return <span className="faint">–</span>;
  const { probability, threshold, positive } = finding;
  return <Meter probability={probability} threshold={threshold} isAbove={positive} outcome={outcome} />;
}

function Label({ row }: { readonly row: FindingRow }) {
  const t = useTranslations();
  return (
    <th scope="row">
      {labelText(row.label, t)}
      {row.isAbove && <small>{t('patient.above')}</small>}
    </th>
  );
}

function Named({ rows }: { readonly rows: readonly FindingRow[] }) {
  const t = useTranslations();
  if (rows.length === 0) return null;
  const [first = '', ...others] = rows.map(({ label }) => labelText(label, t));
  const labels = others.reduce(
    (listed, label) => t('facts', { first: listed, second: label.toLowerCase() }),
    first,
  );
  return <p className="small quiet">{t('patient.below', { labels })}</p>;
}

function EyeFindings({ rows, outcome }: { readonly rows: readonly FindingRow[]; readonly outcome: Outcome }) {
  const t = useTranslations();
  const { shown, named } = shownRows(rows);
  return (
    <>
      <table>
        <thead>
          <tr>
            <td />
            {EYES.map((eye) => (
              <th key={eye} scope="col">
                <span className="eye-mark" aria-hidden="true">
                  {eye === 'right' ? 'R' : 'L'}
                </span>
                {t(`eye.${eye}Short`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.label}>
              <Label row={row} />
              {EYES.map((eye) => (
                <td key={eye}>
                  <FindingMeter finding={row.findings[eye]} outcome={outcome} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Named rows={named} />
    </>
  );
}

function PatientFindings({
  rows,
  outcome,
  least,
  isAlone,
}: {
  readonly rows: readonly FindingRow[];
  readonly outcome: Outcome;
  readonly least: number;
  readonly isAlone: boolean;
}) {
  const t = useTranslations('patient');
  const { shown, named } = shownRows(rows, least);
  return (
    <>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{t(isAlone ? 'alone' : 'together')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.label}>
              <Label row={row} />
              <td>
                <FindingMeter finding={row.findings.patient} outcome={outcome} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Named rows={named} />
    </>
  );
}

/** What was found, each probability against the programme's limit, right eye first. */
export function Findings({ result }: { readonly result: Schemas['Result'] }) {
  const t = useTranslations('patient');
  const { eyes, patient } = findingRows(result.findings);
  return (
    <section className="findings">
      <h2>
        {t('findings')}
        <span className="limit" aria-hidden="true">
          <i />
          {t('limit')}
        </span>
      </h2>
      {eyes.length + patient.length === 0 && <p className="quiet">{t('noFindings')}</p>}
      {eyes.length > 0 && <EyeFindings rows={eyes} outcome={result.outcome} />}
      {patient.length > 0 && (
        <PatientFindings
          rows={patient}
          outcome={result.outcome}
          isAlone={onlyEyeOf(result.eyes) !== null}
          least={eyes.length > 0 ? 1 : LEAST_SHOWN}
        />
      )}
    </section>
  );
}
