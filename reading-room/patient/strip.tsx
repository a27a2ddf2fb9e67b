import { useTranslations } from 'use-intl';
import { OutcomeShape } from '../outcome/outcome.tsx';
import { usePicture } from '../pictures/use-picture.ts';
import type { ExamPath, Eye, Reading } from './reading-query.ts';

type Photograph = Reading['photographs']['left'][number];

function StripButton({
  path,
  tag,
  photograph,
  index,
  isShown,
  onShow,
}: {
  readonly path: ExamPath;
  readonly tag: string;
  readonly photograph: Photograph;
  readonly index: number;
  readonly isShown: boolean;
  readonly onShow: () => void;
}) {
  const t = useTranslations();
  const picture = usePicture({ ...path, image: photograph.image }, 'thumbnail', tag);
  const { field } = photograph;
  const place = String(index + 1);
  const name =
    field === null
      ? t('patient.photographPlain', { index: place })
      : t('patient.photograph', { index: place, field: t(`field.${field}`) });
  return (
    <button type="button" aria-pressed={isShown} aria-label={name} title={name} onClick={onShow}>
      {picture?.state === 'shown' && <img src={picture.address} alt="" />}
      {photograph.gradable === false && (
        <span className="outcome ungradable">
          <OutcomeShape outcome="ungradable" />
        </span>
      )}
    </button>
  );
}

/** The photographs of an eye, to choose the one that is shown; and what each is, in words. */
export function Strip({
  path,
  reading,
  tag,
  eye,
  shown,
  onShow,
}: {
  readonly path: ExamPath;
  readonly reading: Reading;
  readonly tag: string;
  readonly eye: Eye;
  readonly shown: number;
  readonly onShow: (index: number) => void;
}) {
  const t = useTranslations();
  const photographs = reading.photographs[eye];
  const now = photographs[shown];
  // An unknown field counts as the macula. An eye's only photograph tells its field only where that is another one.
  const field = now?.field ?? 'macula';
  const facts = [
    now !== undefined && (photographs.length > 1 || field !== 'macula') ? t(`field.${field}`) : null,
    now?.gradable === true ? t('patient.gradable').toLowerCase() : null,
    now?.reason ? t(`reason.${now.reason}`) : null,
  ].filter((fact) => fact !== null);
  return (
    <section className="strip" aria-label={t('patient.photographs', { eye: t(`eye.${eye}`) })}>
      {photographs.length === 0 && <p className="small quiet">{t('patient.noPhotograph')}</p>}
      {photographs.map((photograph, index) => (
        <StripButton
          key={photograph.image}
          path={path}
          tag={tag}
          photograph={photograph}
          index={index}
          isShown={index === shown}
          onShow={() => onShow(index)}
        />
      ))}
      <p className="small quiet">
        {facts.length === 2 ? t('facts', { first: facts[0] ?? '', second: facts[1] ?? '' }) : facts[0]}
      </p>
    </section>
  );
}
