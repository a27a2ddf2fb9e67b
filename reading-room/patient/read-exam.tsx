import { type ReactNode, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslations } from 'use-intl';
import { Icon } from '../frame/icon.tsx';
import { useKeys } from '../frame/keys.tsx';
import type { Outcome } from '../outcome/outcome.tsx';
import { usePicture } from '../pictures/use-picture.ts';
import { useCaller } from '../sign-in/caller.tsx';
import { ChangedExam } from './changed-exam.tsx';
import { useEvidence } from './evidence/use-evidence.tsx';
import { EarlierVisits, QualityFacts, Remarks, Verdicts } from './facts.tsx';
import { Findings } from './findings.tsx';
import { BlindedHeadline, Headline } from './headline.tsx';
import { type ExamPath, EYES, type Eye, type TaggedReading } from './reading-query.ts';
import { Strip } from './strip.tsx';
import { useGrades } from './use-grades.tsx';
import { usePrior } from './use-prior.tsx';
import { type Trouble, useVerdict } from './use-verdict.ts';
import { VerdictPanel } from './verdict-panel.tsx';
import { type Adjustments, stepped } from './viewer/adjustments.ts';
import { Tools } from './viewer/tools.tsx';
import { Viewer, type ViewerHandle } from './viewer/viewer.tsx';

/** How a reader looks, which stays from patient to patient. */
export interface Looking {
  readonly isLinked: boolean;
  readonly adjustments: Adjustments;
}

function TroubleNote({ trouble }: { readonly trouble: Trouble }) {
  const t = useTranslations();
  const text = {
    'needs-reason': () => t('patient.needsReason'),
    'needs-grade': () =>
      t('grade.needed', { eye: t(`eye.${trouble.is === 'needs-grade' ? trouble.eye : 'right'}`) }),
    lost: () => `${t('fault.lost')}. ${t('fault.lostText')}`,
    refused: () => t('patient.refused', { detail: trouble.is === 'refused' ? trouble.detail : '' }),
  }[trouble.is]();
  return (
    <p className="note alarms" role="alert">
      <Icon name="warn" />
      {text}
    </p>
  );
}

/** What is told of an exam, beside its photographs; a blinded reader is told that they are blinded. */
function Facts({ path, seen }: { readonly path: ExamPath; readonly seen: TaggedReading }) {
  const { reading } = seen;
  if (reading.result === null)
    return (
      <>
        <BlindedHeadline reading={reading} />
        <Verdicts verdicts={reading.verdicts} />
        <EarlierVisits path={path} tag={seen.tag} />
      </>
    );
  return (
    <>
      <Headline reading={reading} result={reading.result} />
      <Remarks result={reading.result} />
      <Findings result={reading.result} />
      <QualityFacts reading={reading} />
      <Verdicts verdicts={reading.verdicts} />
      <EarlierVisits path={path} tag={seen.tag} />
    </>
  );
}

/**
 * One exam being read: both eyes, what is told of them, and the reader's verdict over exactly that.
 *
 * @param latest what the host tells now: another tag than at first, and the exam has changed
 * @param notice what the page says above the verdict
 */
export function ReadExam({
  path,
  latest,
  looking,
  notice,
  onLooking,
  onSaved,
  onLookAgain,
}: {
  readonly path: ExamPath;
  readonly latest: TaggedReading;
  readonly looking: Looking;
  readonly notice: ReactNode;
  readonly onLooking: (looking: Looking) => void;
  readonly onSaved: (outcome: Outcome) => void;
  readonly onLookAgain: () => void;
}) {
  const t = useTranslations();
  const { caller } = useCaller();
  const [seen] = useState(latest);
  const { reading, tag } = seen;
  const hasChanged = latest.tag !== tag;
  const [shown, show] = useState<Readonly<Record<Eye, number>>>({ right: 0, left: 0 });
  const [scale, setScale] = useState<number | null>(null);
  const [isNoteOpen, openNote] = useState(false);
  const viewer = useRef<ViewerHandle>(null);
  const noteField = useRef<HTMLTextAreaElement>(null);
  const { note, write, eyes, grade, chosen, wasKept, trouble, isSaving, decide } = useVerdict(
    path,
    caller.name,
    seen,
    onSaved,
  );

  const photographOf = (eye: Eye) => {
    const photograph = reading.photographs[eye][shown[eye]];
    return photograph === undefined ? null : { ...path, image: photograph.image };
  };
  const pictures = {
    right: usePicture(photographOf('right'), 'rendition', tag),
    left: usePicture(photographOf('left'), 'rendition', tag),
  };

  const imageOf = (eye: Eye) => reading.photographs[eye][shown[eye]]?.image ?? null;
  const prior = usePrior(path, seen, shown);
  const evidence = useEvidence(path, seen, { right: imageOf('right'), left: imageOf('left') });

  const mayDecide = !hasChanged && (reading.waitsForCaller || reading.own !== null);
  const machine = reading.result?.outcome ?? null;
  // Nobody decides "not assessed": it asks for a reader's own word.
  const agreeable = machine === 'not-assessed' || reading.own !== null ? null : machine;
  const say = (outcome: Outcome | null) => {
    if (outcome === null || !mayDecide) return;
    void decide(outcome);
    if (reading.own !== null && note.trim() === '') noteField.current?.focus();
  };
  const grades = useGrades({ reading, eyes, grade, isOpen: mayDecide, needed: trouble });
  const writeNote = () => {
    flushSync(() => openNote(true));
    noteField.current?.focus();
  };
  const { isLinked, adjustments } = looking;
  const link = () => onLooking({ ...looking, isLinked: !isLinked });
  const adjust = (change: Partial<Adjustments>) =>
    onLooking({ ...looking, adjustments: { ...adjustments, ...change } });
  const lighter = (of: 'contrast' | 'brightness', steps: number) => () =>
    adjust({ [of]: stepped(adjustments[of], steps) });
  useKeys({
    ...grades.keys,
    a: () => say(agreeable),
    u: () => say('refer-urgent'),
    f: () => say('refer'),
    c: () => say('recall'),
    x: () => say('ungradable'),
    n: mayDecide ? writeNote : undefined,
    enter: hasChanged ? onLookAgain : undefined,
    z: () => (viewer.current?.isFit ? viewer.current.actualPixels() : viewer.current?.fit()),
    '+': () => viewer.current?.zoom(1),
    '=': () => viewer.current?.zoom(1),
    '-': () => viewer.current?.zoom(-1),
    arrowleft: () => viewer.current?.pan(-1, 0),
    arrowright: () => viewer.current?.pan(1, 0),
    arrowup: () => viewer.current?.pan(0, -1),
    arrowdown: () => viewer.current?.pan(0, 1),
    e: evidence.toggle,
    p: prior.press,
    'shift+arrowright': () => evidence.step(1),
    'shift+arrowleft': () => evidence.step(-1),
    s: link,
    g: () => adjust({ isRedFree: !adjustments.isRedFree }),
    i: () => adjust({ isInverted: !adjustments.isInverted }),
    '[': lighter('contrast', -1),
    ']': lighter('contrast', 1),
    ',': lighter('brightness', -1),
    '.': lighter('brightness', 1),
  });

  return (
    <main className="patient">
      <div className="viewer">
        <Tools
          viewer={() => viewer.current}
          scale={scale}
          isLinked={isLinked}
          onLink={link}
          adjustments={adjustments}
          onAdjust={adjust}
          evidence={evidence}
          prior={prior}
        />
        <Viewer
          ref={viewer}
          pictures={prior.isShown ? prior.pictures : pictures}
          adjustments={adjustments}
          isLinked={isLinked}
          evidence={evidence}
          prior={prior}
          onScale={setScale}
        />
        <div className="dock" dir="ltr">
          {EYES.map((eye) => (
            <div key={eye} className="dock-eye" data-turn={mayDecide && grades.turn === eye}>
              <Strip
                path={path}
                reading={reading}
                tag={tag}
                eye={eye}
                shown={shown[eye]}
                onShow={(index) => show({ ...shown, [eye]: index })}
              />
              {grades.of(eye)}
            </div>
          ))}
        </div>
        {grades.sheet}
      </div>
      <div className="aside">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys */}
        <div className="facts" tabIndex={0} role="region" aria-label={t('patient.findings')}>
          {hasChanged ? (
            <ChangedExam before={reading} now={latest.reading} chosen={chosen} onLook={onLookAgain} />
          ) : (
            <Facts path={path} seen={seen} />
          )}
        </div>
        <div>
          {notice}
          {wasKept !== null && trouble === null && !hasChanged && !isSaving && (
            <p className="note" role="status">
              <Icon name="note" />
              <span>
                <b>{t('patient.keptTitle')}.</b> {t('patient.keptText', { outcome: t(`outcome.${wasKept}`) })}
              </span>
            </p>
          )}
          {trouble !== null && <TroubleNote trouble={trouble} />}
          <VerdictPanel
            reading={reading}
            agreeable={agreeable}
            note={note}
            isNoteOpen={isNoteOpen || note !== '' || reading.own !== null}
            onOpenNote={writeNote}
            noteField={noteField}
            onNote={write}
            isSaving={isSaving}
            mayDecide={mayDecide}
            isClosed={!mayDecide && !hasChanged}
            onDecide={say}
          />
        </div>
      </div>
    </main>
  );
}
