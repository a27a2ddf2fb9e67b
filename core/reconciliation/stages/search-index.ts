import { examName } from '../../exams/exam-key.ts';
import {
  FIRST_PROGRAM,
  type ProgramPlace,
  programPlaceSchema,
  stepThroughPrograms,
} from '../program-walk.ts';
import { readExams } from '../read-exams.ts';
import { type Stage, WEEKLY } from '../stage.ts';

const PAGE = 500;

/** Exams that the search knows and the exam table does not: erased, or lost. They are taken out of the index. */
export const searchIndex: Stage<ProgramPlace> = {
  everySeconds: WEEKLY,
  isOfOneProgram: true,
  position: programPlaceSchema,
  begin: FIRST_PROGRAM,

  step(sweep, place) {
    return stepThroughPrograms(sweep, place, async (program, cursor) => {
      const page = await sweep.home.vectors.list(program, { limit: PAGE, cursor });
      const keys = page.items.map(({ patient, exam }) => ({ program, patient, exam }));
      const records = await readExams(sweep, keys);
      const gone = keys.filter((_, index) => records[index] === undefined);
      await sweep.settle('vector-without-exam', gone.map(examName), () =>
        sweep.each(gone, ({ patient, exam }) => sweep.home.vectors.remove(program, patient, [exam])),
      );
      sweep.count(keys.length);
      return page.cursor;
    });
  },
};
