/**
 * The API as its document tells, made by `npm run build:reading-room`: not to be changed by hand.
 */
export interface paths {
  "/v1/programs/{program}/patients/{patient}/exams/{exam}": {
    /** One exam: its state and its result */
    get: operations["getExam"];
  };
  "/v1/programs/{program}/patients/{patient}/exams": {
    /** A patient's exams */
    get: operations["listPatientExams"];
  };
  "/v1/programs/{program}/exams/lookup": {
    /** States of up to 100 exams at once */
    post: operations["lookUpExams"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/images/withdraw": {
    /** Withdraw an image that does not belong to the exam; the exam is screened by what is left */
    post: operations["withdrawImage"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/images/move": {
    /** Move an image to the patient, exam and eye that it belongs to; both exams are screened again */
    post: operations["moveImage"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}": {
    /**
     * One photograph: whether it is fit to be screened, and if not, what to do. Research use only.
     * @description `{image}` is the last part of the photograph's key, as an upload answers it: `left.jpg`. The answer is about its newest version. Quality is known some seconds after the upload, before the exam has its result.
     */
    get: operations["getImage"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}/rendition": {
    /**
     * A photograph as readers see it: at most 2,048 pixels a side. Research use only.
     * @description A JPEG with nothing of the file but its pixels. What was burnt in around the field of view is black.
     */
    get: operations["getRendition"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}/thumbnail": {
    /** A photograph for lists: at most 256 pixels a side. Research use only. */
    get: operations["getThumbnail"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}/maps/{head}/{label}": {
    /**
     * Where in a photograph a positive finding has its evidence. Research use only: no outline of a lesion.
     * @description A grid of bytes over the part of the upright photograph that `box` names. Maps are made when an exam is screened, of findings that reach their head’s threshold and whose maps passed their check in the model, and are kept for 30 days. The problem says why there is none.
     */
    get: operations["getEvidenceMap"];
  };
  "/v1/programs/{program}/results": {
    /**
     * Results of screened exams, newest or most urgent first. Research use only.
     * @description A page may hold fewer results than its limit and still have a cursor: the filter left some out. A reader (scope `review`, neither `operate` nor `admin`) is not told of exams that they, or others, still have to read blinded.
     */
    get: operations["listResults"];
  };
  "/v1/programs": {
    /** The programs that your token is for */
    get: operations["listPrograms"];
  };
  "/v1/caller": {
    /** Who you are, and what you may do */
    get: operations["getCaller"];
  };
  "/v1/programs/{program}/patients/search": {
    /** Up to 100 patients by their pseudonyms; those not there are left out. Research use only. */
    post: operations["searchPatients"];
  };
  "/v1/programs/{program}/patients/{patient}": {
    /**
     * Erase a patient: photographs in all versions, features, results and reviews, and what names them
     * @description May be repeated; one that was interrupted goes on. What arrives under the same pseudonym after it is new.
     */
    delete: operations["erasePatient"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/reviews": {
    /** What readers made of an exam. Research use only. */
    get: operations["listReviews"];
    /**
     * Add a reader's verdict, or correct one's own; nothing is overwritten
     * @description Who reads is the subject of the token. The verdict counts for the stage that the exam waits for; a correction (`corrects` with a `reason`) takes the place of an own earlier verdict, which stays listed. With If-Match it is added only to the exam as it was read.
     */
    post: operations["addReview"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/reviews/own": {
    /** The caller's own verdicts over an exam, and nobody else's: blinded readers may ask */
    get: operations["listOwnReviews"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/reading": {
    /**
     * One exam as its reader may see it: photographs, and the result unless blinded. Research use only.
     * @description What is shown follows from the stage that the exam waits for: a second reader gets the photographs alone, without quality, outcome, findings, verdicts or deadline; where the program blinds to the model, so does every reader, but an arbiter sees what the two readers said; of two who differ neither sees the other’s verdict. `blindedTo` says what is kept. Of an exam that waits for no reader, only the scope `read` is told the result. The ETag is of all that is told: a verdict with it as If-Match is about what was read.
     */
    get: operations["getReading"];
  };
  "/v1/programs/{program}/patients/{patient}/exams/{exam}/prior": {
    /**
     * The earlier visits of an exam’s patient as its reader may see them, the latest first. Research use only.
     * @description Only visits with a result. Blinded readers get photographs, and the outcome that readers decided; not what a machine found, then or now.
     */
    get: operations["listPriorExams"];
  };
  "/v1/programs/{program}/reviews/agreement": {
    /** How readers agree with the machine and each other, and how fast they read; the last 30 days */
    get: operations["getReaderAgreement"];
  };
  "/v1/programs/{program}/worklist": {
    /**
     * What waits for a reader at one stage, by deadline or urgency. Research use only.
     * @description A second reader is shown the photographs alone, by arrival: neither the machine's outcome nor the first verdict; so is every reader where the program blinds to the model. A page may hold fewer exams than its limit and still have a cursor.
     */
    get: operations["getWorkList"];
  };
  "/v1/programs/{program}/worklist/counts": {
    /** How many exams wait for the caller at each stage, up to 500 */
    get: operations["countWorkList"];
  };
  "/v1/programs/{program}/audit": {
    /**
     * Who read and changed what, newest first; reads of the last second may be missing
     * @description Patients and exams stand in it as keyed hashes. Whom it tells of can be asked for by `patient`; a page may then hold fewer entries than its limit.
     */
    get: operations["listAuditEntries"];
  };
  "/v1/audit": {
    /** Who read and changed what concerns all programs, and refused callers of no program; newest first */
    get: operations["listAuditEntriesOfAllPrograms"];
  };
  "/v1/programs/{program}/summary": {
    /**
     * How many exams wait and are screened, by outcome, label and day. Research use only.
     * @description Counted a moment ago at most, or, of a large program, as long ago as countedAt says.
     */
    get: operations["getSummary"];
  };
  "/v1/programs/{program}/months/{month}": {
    /**
     * A month’s figures: uptake, ungradable, referred, turnaround, agreement. Research use only.
     * @description Exams by the instant of their result, readings by that of their last verdict, in UTC. `truncated` says that there were more than one answer looks at. As CSV with `format=csv`: `figure,value`, empty where a figure cannot be computed.
     */
    get: operations["getMonth"];
  };
  "/v1/programs/{program}/uploads": {
    /** Permissions to upload up to 100 photographs; those already there are said to be */
    post: operations["createUploads"];
  };
  "/v1/programs/{program}/settings": {
    /** A program's pairing window, outcome policy and review settings */
    get: operations["getProgramSettings"];
    /** Set a program's pairing window, outcome policy and review settings; results to come follow them */
    put: operations["setProgramSettings"];
  };
  "/v1/programs/{program}/dead-letters/{queue}": {
    /**
     * Messages that could not be processed, and why, oldest first
     * @description Messages that name no program are shown to callers who may operate every program. Up to 2,000 messages are looked at.
     */
    get: operations["listDeadLetters"];
  };
  "/v1/programs/{program}/dead-letters/{queue}/redrive": {
    /**
     * Send messages that could not be processed to their queue again
     * @description All of them, unless the body names some: just those in `only`, and none of those in `except`, each by its id or by what it is about (`program/patient/exam`). A name that fits no message is refused, and nothing is sent. What a message did before counts no longer: it may end three workers again before it is buried.
     */
    post: operations["redriveDeadLetters"];
  };
  "/v1/programs/{program}/reconciliation": {
    /** What the last reconciliation of a program has found */
    get: operations["getProgramReconciliation"];
    /**
     * Compare a program's store with its records, and send again what is lost
     * @description One request works for some seconds. While the state is `running`, ask again: it goes on.
     */
    post: operations["reconcileProgram"];
  };
  "/v1/reconciliation": {
    /** What the last reconciliation of everything has found */
    get: operations["getReconciliation"];
    /**
     * The same of every program, and of what they share
     * @description One request works for some seconds. While the state is `running`, ask again: it goes on.
     */
    post: operations["reconcile"];
  };
  "/v1/programs/{program}/heads": {
    /** Keep a head under its id, for jobs to score with */
    post: operations["storeProgramHead"];
  };
  "/v1/model/heads": {
    /** The same, for callers of every program */
    post: operations["storeHead"];
  };
  "/v1/programs/{program}/jobs": {
    /** Jobs in the order of their creation, with their progress */
    get: operations["listJobs"];
    /** Screen or re-score a selection of exams, beginning now */
    post: operations["createJob"];
  };
  "/v1/programs/{program}/jobs/{job}": {
    /** One job: what was asked for, how far it is, and its report at the end */
    get: operations["getJob"];
  };
  "/v1/programs/{program}/jobs/{job}/cancel": {
    /** End a job: no further shard is begun, results on their way are still written */
    post: operations["cancelJob"];
  };
  "/v1/programs/{program}/jobs/manifests": {
    /** Permission to upload a selection: JSONL, {"patient": "…", "exam": "…"} a line */
    post: operations["createJobManifest"];
  };
  "/v1/programs/{program}/job-schedules": {
    /** Schedules of jobs */
    get: operations["listJobSchedules"];
    /** Have a job created again and again, or once at a time to come */
    post: operations["createJobSchedule"];
  };
  "/v1/programs/{program}/job-schedules/{schedule}": {
    /** End a schedule; the jobs that it created stay */
    delete: operations["deleteJobSchedule"];
  };
  "/v1/model": {
    /** The model and heads that new exams are screened with */
    get: operations["getActiveModel"];
  };
  "/v1/model/promote": {
    /** Make heads live: new exams of every program are screened with them */
    post: operations["promoteHeads"];
  };
  "/v1/model/rollback": {
    /** Take the latest promotion back */
    post: operations["rollBackHeads"];
  };
  "/v1/model/shadow": {
    /** Try heads on new exams of every program: they are recorded and decide nothing */
    post: operations["startShadow"];
  };
  "/v1/model/shadow/stop": {
    /** End the trial of heads: of those named, or of all */
    post: operations["stopShadow"];
  };
  "/v1/programs/{program}/shadow": {
    /**
     * How the heads in shadow agree with the live ones, over exams screened since they are tried
     * @description Each page tells of its exams: add the pages up. Research use only.
     */
    get: operations["compareShadow"];
  };
  "/v1/programs/{program}/search": {
    /**
     * Patients by a text, or those like the patient of an exam, the most similar first. Research use only.
     * @description Give either `text`, in the language that the model was trained in (Chinese for the published weights), or `exam`. The similarity is the cosine of RET-CLIP’s patient features.
     */
    post: operations["searchExams"];
  };
  "/v1/programs/{program}/webhooks": {
    /** Where events of a program are sent */
    get: operations["listWebhooks"];
    /** Send events of a program to a URL, signed; earlier events are not sent */
    post: operations["addWebhook"];
  };
  "/v1/programs/{program}/webhooks/{webhook}": {
    /** Send no more events to an endpoint */
    delete: operations["removeWebhook"];
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    ActiveModel: {
      /** @constant */
      schema: "active-model/1";
      model: string;
      preprocessing: string;
      heads: components["schemas"]["HeadReference"][];
      trained: boolean;
      promotion?: number;
      activation?: number;
      /** @constant */
      featuresOnly?: true;
      embedding?: number;
      input?: {
        imageSize: number;
        detector: string | null;
      };
      precisions?: string[];
      shadow?: components["schemas"]["ShadowHeads"];
    };
    Agreement: {
      exams: number;
      observed: number | null;
      kappa: number | null;
    };
    AgreementReport: {
      program: string;
      /** Format: date-time */
      since: string;
      /** Format: date-time */
      until: string;
      exams: number;
      truncated: boolean;
      afterReview: components["schemas"]["Agreement"];
      table: {
          machine: components["schemas"]["Outcome"];
          afterReview: components["schemas"]["Outcome"];
          exams: number;
        }[];
      readers: components["schemas"]["ReaderReport"][];
      notice: string;
    };
    AuditEntry: {
      /** Format: date-time */
      at: string;
      caller: string;
      method: string;
      route: string;
      program: string;
      subjects: string[];
      query: {
        [key: string]: string;
      };
      status: number;
    };
    AuditPage: {
      items: components["schemas"]["AuditEntry"][];
      cursor?: string;
    };
    BurntIn: {
      /** @enum {string} */
      outside: "plain" | "blackened" | "unknown";
      flags: ("text-in-field" | "burnt-in-text-possible")[];
    };
    /** @enum {string} */
    CallerScope: "read" | "review" | "operate" | "admin";
    Calibration: components["schemas"]["CalibrationNone"] | components["schemas"]["CalibrationPlatt"] | components["schemas"]["CalibrationIsotonic"];
    CalibrationIsotonic: {
      /** @constant */
      kind: "isotonic";
      scores: number[];
      probabilities: number[];
    };
    CalibrationNone: {
      /** @constant */
      kind: "none";
    };
    CalibrationPlatt: {
      /** @constant */
      kind: "platt";
      slope: number;
      intercept: number;
    };
    Caller: {
      name: string;
      programs: string[];
      scopes: components["schemas"]["CallerScope"][];
    };
    ComparedExams: {
      exams: number;
      /** Format: date-time */
      from: string | null;
      /** Format: date-time */
      to: string | null;
    };
    DeadLetterList: {
      items: components["schemas"]["DeadLetter"][];
    };
    DeadLetter: {
      id: string;
      subject: string;
      program: string | null;
      reason: string;
      sentAt: string;
    };
    ErasureReceipt: {
      receipt: string;
      program: string;
      patient: string;
      /** Format: date-time */
      at: string;
      by: string;
      erased: {
        exams: number;
        results: number;
        reviews: number;
        images: number;
        features: number;
        jobLines: number;
        answers: number;
        mentions: number;
        messages: number;
        events: number;
        logLines: number;
        auditEntries: number;
      };
      /** Format: date-time */
      lookAgainAt: string;
      remaining: ({
          place: string;
          holds: string;
          days: number | null;
        })[];
    };
    Exam: {
      state: components["schemas"]["ExamState"];
      images: ({
          laterality: components["schemas"]["Laterality"] | null;
          field: components["schemas"]["Field"] | null;
          state: components["schemas"]["ImageStanding"];
          sha256: string;
          withdrawal?: {
            /** Format: date-time */
            at: string;
            by: string;
            reason: string;
            movedTo?: {
              program: string;
              patient: string;
              exam: string;
              laterality: components["schemas"]["Laterality"];
            };
          };
          doubts?: string[];
          image: string;
          fieldSeen: components["schemas"]["SeenField"] | null;
          gradable: boolean | null;
          reason: components["schemas"]["UngradableReason"] | null;
        })[];
      result: components["schemas"]["Result"] | null;
    };
    ExamLookup: {
      exams: components["schemas"]["ExamName"][];
    };
    ExamName: {
      patient: string;
      exam: string;
    };
    ExamPage: {
      items: components["schemas"]["Exam"][];
      cursor?: string;
    };
    ExamState: {
      program: string;
      patient: string;
      exam: string;
      status: components["schemas"]["ExamStatus"];
      images: components["schemas"]["EyeTexts"];
      screened: components["schemas"]["EyeTexts"] | null;
      contents: {
        left: string[];
        right: string[];
      };
      screenedContents: {
        left: string[];
        right: string[];
      } | null;
      missingEyes: components["schemas"]["MissingEyes"];
      outcome: components["schemas"]["Outcome"] | null;
      blinded: boolean;
    };
    ExamStateList: {
      items: components["schemas"]["ExamState"][];
    };
    /** @enum {string} */
    ExamStatus: "unknown" | "registered" | "screening" | "screened";
    /** @enum {string} */
    ExpectedEyes: "both" | "left" | "right";
    EyeLine: {
      image: string;
      gradable: boolean;
      reason: components["schemas"]["UngradableReason"] | null;
      images: ({
          image: string;
          field: components["schemas"]["Field"] | null;
          /** @enum {string} */
          fieldFrom?: "named" | "seen";
          fieldSeen?: components["schemas"]["SeenField"];
          gradable: boolean;
          reason: components["schemas"]["UngradableReason"] | null;
          device?: string;
        })[];
      laterality?: components["schemas"]["LateralityCheck"];
    };
    EyeLines: {
      left: components["schemas"]["EyeLine"] | null;
      right: components["schemas"]["EyeLine"] | null;
    };
    EyeGrade: {
      /** @enum {string} */
      quality: "gradable" | "ungradable";
      grade: components["schemas"]["IcdrGrade"] | components["schemas"]["RetinopathyMaculopathyGrade"] | null;
      oedema: components["schemas"]["Oedema"] | null;
      findings: string[];
    };
    EyeGrades: {
      left: components["schemas"]["EyeGrade"] | null;
      right: components["schemas"]["EyeGrade"] | null;
    };
    EyeTexts: {
      left: string | null;
      right: string | null;
    };
    /** @enum {string} */
    EventType: "ImagePrepared" | "ExamScreened" | "ExamReviewed" | "JobFinished";
    EvidenceMap: {
      level: components["schemas"]["FindingLevel"];
      head: string;
      headId: string;
      label: string;
      method: components["schemas"]["EvidenceMethod"];
      side: number;
      values: string;
      image: string;
      sha256: string;
      requestId: string;
      model: string;
      box: components["schemas"]["PictureBox"];
    };
    /** @enum {string} */
    EvidenceMethod: "activation" | "gradient" | "combined" | "occlusion";
    /** @enum {string} */
    Field: "macula" | "disc" | "other";
    Final: {
      outcome: components["schemas"]["Outcome"];
      /** @enum {string} */
      decidedBy: "machine" | "reader" | "arbiter";
    };
    Finding: {
      level: components["schemas"]["FindingLevel"];
      image: string | null;
      head: string;
      label: string;
      probability: number;
      threshold: number;
      /** @constant */
      calibrated?: false;
      alone?: {
          image: string;
          probability: number;
        }[];
      headThreshold?: number;
      /** @constant */
      calibratedBy?: "policy";
      positive: boolean;
    };
    /** @enum {string} */
    FindingLevel: "left" | "right" | "patient";
    FitStatistics: {
      units: number;
      groups: number;
      folds: number;
      seed: string;
      /** @enum {string} */
      calibration: "platt" | "isotonic" | "none";
      threshold: string;
      labels: {
        [key: string]: {
          known: number;
          positive: number;
          prevalence: number;
          penalty: number;
          auroc: number;
          sensitivity: number;
          specificity: number;
        };
      };
    };
    Grading: {
      scheme: components["schemas"]["GradingScheme"];
      required: boolean;
      labels: string[];
    };
    /** @enum {string} */
    GradingScheme: "icdr" | "r-m";
    Head: {
      /** @constant */
      format: 1;
      name: string;
      feature: components["schemas"]["HeadFeature"];
      kind: components["schemas"]["HeadKind"];
      normalize: boolean;
      labels: components["schemas"]["HeadLabel"][];
      lowest?: string;
      model?: string;
      /** @enum {string} */
      precision?: "fp32" | "fp16" | "int8";
      measuredRules?: string[];
      trained: boolean;
      provenance: string;
      intendedUse: string;
      statistics?: components["schemas"]["FitStatistics"];
    };
    /** @enum {string} */
    HeadFeature: "visual" | "pair" | "left" | "right" | "patient";
    /** @enum {string} */
    HeadKind: "multi-label" | "multi-class" | "ordinal";
    HeadLabel: {
      name: string;
      weights: number[];
      bias: number;
      threshold: number;
      calibration: components["schemas"]["Calibration"];
    };
    HeadNames: {
      /** @default [] */
      names?: string[];
    };
    HeadReference: {
      name: string;
      id: string;
    };
    HeadsRequest: {
      heads: components["schemas"]["HeadReference"][];
    };
    IcdrGrade: {
      /** @constant */
      scheme: "icdr";
      retinopathy: number;
    };
    ImageMove: {
      image: string;
      reason: string;
      to: {
        patient: string;
        exam: string;
        laterality: components["schemas"]["Laterality"];
      };
      /** @default false */
      swap?: boolean;
    };
    ImageState: {
      image: string;
      sha256: string;
      /** @enum {string} */
      preparation: "waiting" | "prepared" | "not-noted";
      state: components["schemas"]["ImageStanding"] | null;
      laterality: components["schemas"]["Laterality"] | null;
      field: components["schemas"]["Field"] | null;
      fieldSeen: components["schemas"]["SeenField"] | null;
      fieldDoubtful: boolean;
      gradable: boolean | null;
      reason: components["schemas"]["UngradableReason"] | null;
      advice: string | null;
      lateralityCheck: components["schemas"]["LateralityCheck"] | null;
      takenOn: string | null;
      device: string | null;
      burntIn: components["schemas"]["BurntIn"] | null;
    };
    /** @enum {string} */
    ImageStanding: "current" | "replaced" | "withdrawn";
    ImageWithdrawal: {
      image: string;
      reason: string;
    };
    Job: {
      program: string;
      job: string;
      mode: components["schemas"]["JobMode"];
      selection: components["schemas"]["JobSelection"];
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      model: string;
      preprocessing: string;
      contract?: string;
      heads: components["schemas"]["HeadReference"][];
      shadow: boolean;
      schedule: string | null;
      state: components["schemas"]["JobState"];
      planned: number | null;
      done: number;
      failed: number;
      skipped: number;
      superseded: number;
      rate: number | null;
      secondsLeft: number | null;
      cost: number;
      /** @default null */
      preparation?: ({
        images: number | null;
        prepared: number;
        found: number;
        failed: number;
        finished: boolean;
        rate: number | null;
        secondsLeft: number | null;
      }) | null;
      cancelling: boolean;
      /** Format: date-time */
      finishedAt: string | null;
      failures: components["schemas"]["JobFailure"][];
      moved: components["schemas"]["MovedOutcome"][];
      comparison: components["schemas"]["ShadowComparison"] | null;
      deadLetters: components["schemas"]["JobDeadLetter"][];
      retry: string | null;
      reason: string | null;
      notice: string;
    };
    JobDeadLetter: {
      queue: string;
      exam: string;
      reason: string;
      remedy: string;
    };
    JobFailure: {
      reason: string;
      exams: number;
      examples: components["schemas"]["ExamName"][];
    };
    JobManifest: {
      sha256: string;
      bytes: number;
    };
    JobManifestUpload: {
      key: string;
      /** Format: uri */
      url: string;
      /** @constant */
      method: "PUT";
      headers: {
        [key: string]: string;
      };
    };
    /** @enum {string} */
    JobMode: "screen" | "rescore";
    JobPage: {
      items: components["schemas"]["Job"][];
      cursor?: string;
    };
    JobRequest: {
      mode: components["schemas"]["JobMode"];
      /** @default {} */
      selection?: components["schemas"]["JobSelection"];
      /** @default [] */
      heads?: components["schemas"]["HeadReference"][];
      /** @default {} */
      thresholds?: {
        [key: string]: number;
      };
      /** @default false */
      shadow?: boolean;
    };
    JobSchedule: {
      /** @constant */
      schema: "job-schedule/1";
      program: string;
      schedule: string;
      expression: string;
      timeZone: string;
      request: components["schemas"]["JobRequest"];
      state: components["schemas"]["JobScheduleState"];
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      /** Format: date-time */
      nextRun: string | null;
    };
    JobSchedulePage: {
      items: components["schemas"]["JobSchedule"][];
      cursor?: string;
    };
    JobScheduleRequest: {
      expression: string;
      /** @default UTC */
      timeZone?: string;
      job: components["schemas"]["JobRequest"];
    };
    /** @enum {string} */
    JobScheduleState: "active" | "deleted";
    JobSelection: {
      /** Format: date-time */
      since?: string;
      /** Format: date-time */
      until?: string;
      outcome?: components["schemas"]["Outcome"];
      label?: components["schemas"]["JobSelectionLabel"];
      /** @constant */
      notScreenedWithModel?: true;
      dueForRecallAfterDays?: number;
      manifest?: string;
      failedInJob?: string;
    };
    JobSelectionLabel: {
      name: string;
      minimumProbability: number;
    };
    /** @enum {string} */
    JobState: "planning" | "running" | "finished" | "cancelled" | "failed";
    LabelAgreement: {
      label: string;
      both: number;
      onlyLive: number;
      onlyShadow: number;
      neither: number;
      unknownLive: components["schemas"]["UnknownToLive"];
      agreement: number | null;
      kappa: number | null;
    };
    LabelComparison: {
      label: string;
      both: number;
      onlyLive: number;
      onlyShadow: number;
      neither: number;
      unknownLive: components["schemas"]["UnknownToLive"];
    };
    /** @enum {string} */
    Laterality: "left" | "right";
    LateralityCheck: {
      detected: components["schemas"]["Laterality"];
      confidence: number;
      threshold: number;
      turned?: boolean;
      suspect: boolean;
    };
    /** @enum {string} */
    LateralitySuspectRule: "flag" | "ungradable" | "refer";
    /** @enum {string} */
    MissingEyeReason: "not-received" | "not-supplied";
    /** @enum {string} */
    MissingEyeRule: "ungradable" | "refer" | "recall";
    MissingEyes: {
      left: components["schemas"]["MissingEyeReason"] | null;
      right: components["schemas"]["MissingEyeReason"] | null;
    };
    MonthReport: {
      program: string;
      month: string;
      uptake: {
        patients: number;
        invited: number | null;
        share: number | null;
      };
      exams: number;
      ungradable: {
        exams: number;
        share: number | null;
        reasons: {
            reason: components["schemas"]["UngradableReason"];
            photographs: number;
          }[];
      };
      referred: {
        exams: number;
        urgent: number;
        share: number | null;
      };
      turnaround: {
        exams: number;
        medianHours: number | null;
        p90Hours: number | null;
        late: number;
      };
      agreement: {
        exams: number;
        observed: number | null;
        kappa: number | null;
      };
      truncated: boolean;
      notice: string;
    };
    MovedOutcome: {
      from: components["schemas"]["Outcome"];
      to: components["schemas"]["Outcome"];
      exams: number;
    };
    NewWebhook: {
      /** Format: uri */
      url: string;
      events?: components["schemas"]["EventType"][];
    };
    /** @enum {string} */
    Oedema: "none" | "suspected";
    /** @enum {string} */
    Outcome: "recall" | "not-assessed" | "ungradable" | "refer" | "refer-urgent";
    OutcomeCounts: {
      /** @default 0 */
      recall?: number;
      /** @default 0 */
      "not-assessed"?: number;
      /** @default 0 */
      ungradable?: number;
      /** @default 0 */
      refer?: number;
      /** @default 0 */
      "refer-urgent"?: number;
    };
    OutcomePolicy: {
      /** @enum {string} */
      schema: "outcome-policy/2" | "outcome-policy/1";
      name?: string;
      rules: components["schemas"]["PolicyRule"][];
      /** @default [] */
      thresholds?: {
          head: string;
          headId?: string;
          label: string;
          level?: components["schemas"]["FindingLevel"];
          rule?: string;
          threshold: number;
        }[];
      ungradableEye: components["schemas"]["UngradableEyeRule"];
      missingEye: components["schemas"]["MissingEyeRule"];
      /** @default flag */
      lateralitySuspect?: components["schemas"]["LateralitySuspectRule"];
      /** @default flag */
      identityDoubt?: components["schemas"]["LateralitySuspectRule"];
      fieldDoubtful?: components["schemas"]["LateralitySuspectRule"];
      unlikeTraining?: components["schemas"]["LateralitySuspectRule"];
      mediaOpacity?: components["schemas"]["UngradableEyeRule"];
    };
    OwnReviews: {
      holds: components["schemas"]["Verdict"] | null;
      given: components["schemas"]["Verdict"][];
    };
    PatientFound: {
      patient: string;
      exams: ({
          exam: string;
          /** @enum {string} */
          status: "registered" | "screening" | "screened";
          outcome: components["schemas"]["Outcome"] | null;
          afterReview: components["schemas"]["Outcome"] | null;
          /** Format: date-time */
          screenedAt: string | null;
          blinded: boolean;
        })[];
      truncated: boolean;
    };
    PatientSearch: {
      patients: string[];
    };
    PatientsFound: {
      items: components["schemas"]["PatientFound"][];
    };
    PictureBox: {
      left: number;
      top: number;
      width: number;
      height: number;
    };
    PolicyRule: {
      label: string;
      head?: string;
      level?: components["schemas"]["FindingLevel"];
      minimumProbability?: number;
      outcome: components["schemas"]["PolicyRuleOutcome"];
    };
    /** @enum {string} */
    PolicyRuleOutcome: "recall" | "refer" | "refer-urgent";
    PriorExam: {
      exam: string;
      /** Format: date */
      day: string;
      photographs: {
        left: components["schemas"]["PriorPhotograph"][];
        right: components["schemas"]["PriorPhotograph"][];
      };
      final: components["schemas"]["Final"] | null;
      eyes: components["schemas"]["EyeGrades"] | null;
      result: components["schemas"]["Result"] | null;
    };
    PriorExams: {
      items: components["schemas"]["PriorExam"][];
      truncated: boolean;
    };
    PriorPhotograph: {
      image: string;
      field: components["schemas"]["Field"] | null;
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      instance: string;
    };
    ProgramPage: {
      items: string[];
      cursor?: string;
    };
    ProgramSettings: {
      /** @constant */
      schema: "program-settings/1";
      pairingWindowSeconds: number;
      /** @default 60 */
      settleSeconds?: number;
      /** @default one-field */
      captureProtocol?: ("one-field" | "two-field") | {
        name: string;
        fields: components["schemas"]["Field"][];
      };
      policy: components["schemas"]["OutcomePolicy"];
      /**
       * @default {
       *   "overReadShare": 0.1,
       *   "seed": "",
       *   "deadlineDays": {
       *     "recall": 28,
       *     "not-assessed": 14,
       *     "ungradable": 14,
       *     "refer": 14,
       *     "refer-urgent": 1
       *   },
       *   "gradingScheme": "icdr",
       *   "requireGrades": false,
       *   "blindToModel": false
       * }
       */
      review?: components["schemas"]["ReviewSettings"];
    };
    Promotion: {
      /** @constant */
      schema: "promotion/1";
      number: number;
      kind: components["schemas"]["PromotionKind"];
      /** Format: date-time */
      at: string;
      by: string;
      from: components["schemas"]["ActiveModel"];
      to: components["schemas"]["ActiveModel"];
    };
    PromotionRequest: {
      heads: components["schemas"]["HeadReference"][];
      /** @default false */
      featuresOnly?: boolean;
    };
    /** @enum {string} */
    PromotionKind: "promote" | "rollback" | "shadow" | "activate-model" | "roll-back-model";
    /** @enum {string} */
    QueueName: "preparation" | "bulk-preparation" | "intake" | "screening" | "live-screening" | "results" | "indexing" | "webhooks" | "job-starts" | "job-ends";
    ReaderReport: {
      reader: string;
      verdicts: number;
      corrected: number;
      withMachine: components["schemas"]["Agreement"];
      withReaders: components["schemas"]["Agreement"];
      turnaround: {
        medianHours: number;
        p90Hours: number;
      };
      late: number;
    };
    Reading: {
      program: string;
      patient: string;
      exam: string;
      stage: components["schemas"]["ReviewStage"] | null;
      waitsForCaller: boolean;
      photographs: components["schemas"]["ReadingPhotographs"];
      /** Format: date-time */
      dueAt: string | null;
      blindedTo: ("machine" | "readers")[];
      result: components["schemas"]["Result"] | null;
      verdicts: components["schemas"]["Verdict"][] | null;
      own: components["schemas"]["Verdict"] | null;
      grading: components["schemas"]["Grading"];
    };
    ReadingPhotograph: {
      image: string;
      field: components["schemas"]["Field"] | null;
      gradable: boolean | null;
      reason: components["schemas"]["UngradableReason"] | null;
    };
    ReadingPhotographs: {
      left: components["schemas"]["ReadingPhotograph"][];
      right: components["schemas"]["ReadingPhotograph"][];
    };
    Reconciliation: {
      program: string | null;
      dryRun: boolean;
      state: components["schemas"]["ReconciliationState"];
      continued: boolean;
      left: string[];
      stages: components["schemas"]["ReconciliationStage"][];
      waitingForPerson: number;
    };
    ReconciliationFinding: {
      finding: components["schemas"]["ReconciliationFindingName"];
      what: string;
      remedy: components["schemas"]["ReconciliationRemedy"];
      found: number;
      done: number;
      person: string | null;
      examples: string[];
    };
    /** @enum {string} */
    ReconciliationFindingName: "image-unannounced" | "image-undecided" | "image-older-counts" | "exam-overdue" | "exam-unanswered" | "exam-undecided" | "exam-outdated" | "exam-unindexed" | "record-unreadable" | "work-lost" | "work-undecided" | "kept-record-unreadable" | "erasure-unreadable" | "image-unreadable" | "former-image-unreadable" | "features-missing" | "feature-row-unnamed" | "feature-shard-unnamed" | "feature-shard-damaged" | "features-all-unnamed" | "listed-row-without-shard" | "vector-without-exam" | "answer-expired" | "job-part-expired" | "job-unfinished" | "content-unnamed";
    /** @enum {string} */
    ReconciliationRemedy: "sent-again" | "removed" | "brought-back" | "shown";
    ReconciliationRequest: {
      /** @default false */
      dryRun?: boolean;
    };
    ReconciliationStage: {
      stage: components["schemas"]["ReconciliationStageName"];
      /** Format: date-time */
      startedAt: string;
      /** Format: date-time */
      finishedAt: string;
      looked: number;
      findings: components["schemas"]["ReconciliationFinding"][];
    };
    /** @enum {string} */
    ReconciliationStageName: "remembered-answers" | "erasures" | "kept-records" | "images" | "waiting-exams" | "exam-records" | "search-index" | "jobs" | "feature-rows" | "listed-rows" | "contents";
    /** @enum {string} */
    ReconciliationState: "never" | "running" | "finished";
    Result: {
      program: string;
      patient: string;
      exam: string;
      outcome: components["schemas"]["Outcome"];
      /** Format: date-time */
      screenedAt: string;
      model: string;
      heads: string[];
      eyes: components["schemas"]["EyeLines"];
      findings: components["schemas"]["Finding"][];
      flags: string[];
      review: components["schemas"]["Review"] | null;
      final: components["schemas"]["Final"];
      reasons: ({
          outcome: components["schemas"]["Outcome"];
          /** @constant */
          because: "finding";
          level: components["schemas"]["FindingLevel"];
          head: string;
          label: string;
          probability: number;
          threshold: number;
        } | {
          outcome: components["schemas"]["Outcome"];
          eye: components["schemas"]["Laterality"];
          /** @constant */
          because: "ungradable-eye";
          reason: components["schemas"]["UngradableReason"];
        } | {
          outcome: components["schemas"]["Outcome"];
          eye: components["schemas"]["Laterality"];
          /** @constant */
          because: "missing-eye";
        } | ({
          outcome: components["schemas"]["Outcome"];
          eye: components["schemas"]["Laterality"];
          /** @constant */
          because: "inadequate-eye";
          field: components["schemas"]["Field"] | null;
          missing?: components["schemas"]["Field"][];
        }) | {
          outcome: components["schemas"]["Outcome"];
          eye: components["schemas"]["Laterality"];
          /** @constant */
          because: "laterality-suspect";
        } | {
          outcome: components["schemas"]["Outcome"];
          eye: components["schemas"]["Laterality"];
          /** @constant */
          because: "field-doubtful";
        } | {
          outcome: components["schemas"]["Outcome"];
          eye: components["schemas"]["Laterality"];
          /** @constant */
          because: "unlike-training";
        } | {
          outcome: components["schemas"]["Outcome"];
          eye: components["schemas"]["Laterality"];
          /** @constant */
          because: "no-evidence";
        } | {
          outcome: components["schemas"]["Outcome"];
          /** @constant */
          because: "identity-doubt";
          doubt: string;
        })[];
    };
    ResultPage: {
      items: components["schemas"]["Result"][];
      cursor?: string;
    };
    Review: {
      outcome: components["schemas"]["Outcome"] | null;
      status: components["schemas"]["ReviewStatus"];
      stage: components["schemas"]["ReviewStage"] | null;
      verdicts: components["schemas"]["Verdict"][];
    };
    ReviewAnswer: {
      verdict: components["schemas"]["Verdict"];
      review: components["schemas"]["Review"] | null;
    };
    Rendering: {
      image: string;
      /** @constant */
      rendering: true;
    };
    ReviewDeadlines: {
      /** @default 28 */
      recall?: number;
      /** @default 14 */
      "not-assessed"?: number;
      /** @default 14 */
      ungradable?: number;
      /** @default 14 */
      refer?: number;
      /** @default 1 */
      "refer-urgent"?: number;
    };
    ReviewList: {
      review: components["schemas"]["Review"] | null;
      former: components["schemas"]["Verdict"][];
    };
    ReviewRequest: {
      outcome: components["schemas"]["Outcome"];
      eyes?: components["schemas"]["EyeGrades"];
      note?: string;
      corrects?: string;
      reason?: string;
    };
    ReviewSettings: {
      overReadShare: number;
      seed: string;
      deadlineDays: components["schemas"]["ReviewDeadlines"];
      /** @default icdr */
      gradingScheme?: components["schemas"]["GradingScheme"];
      /** @default false */
      requireGrades?: boolean;
      /** @default false */
      blindToModel?: boolean;
    };
    /** @enum {string} */
    ReviewStage: "first" | "second" | "arbitration";
    /** @enum {string} */
    ReviewStatus: "preliminary" | "final";
    RetinopathyMaculopathyGrade: {
      /** @constant */
      scheme: "r-m";
      /** @enum {string} */
      retinopathy: "R0" | "R1" | "R2" | "R3A" | "R3S";
      /** @enum {string} */
      maculopathy: "M0" | "M1";
    };
    SearchAnswer: {
      model: string;
      trained: boolean;
      notice: string;
      items: components["schemas"]["SearchHit"][];
    };
    SearchByExam: {
      exam: components["schemas"]["ExamName"];
      /** @default 20 */
      limit?: number;
      outcome?: components["schemas"]["Outcome"];
    };
    SearchByText: {
      text: string;
      /** @default 20 */
      limit?: number;
      outcome?: components["schemas"]["Outcome"];
    };
    SearchHit: {
      program: string;
      patient: string;
      exam: string;
      similarity: number;
      outcome: components["schemas"]["Outcome"];
      /** Format: date-time */
      screenedAt: string;
      flags: string[];
    };
    /** @enum {string} */
    SeenField: "macula" | "disc";
    ShadowHeads: {
      heads: components["schemas"]["HeadReference"][];
      /** Format: date-time */
      since: string;
    };
    ShadowPage: {
      heads: components["schemas"]["HeadReference"][];
      /** Format: date-time */
      since: string;
      over: components["schemas"]["ComparedExams"];
      compared: components["schemas"]["LabelComparison"][];
      moved: components["schemas"]["MovedOutcome"][];
      cursor?: string;
    };
    ShadowComparison: {
      over?: components["schemas"]["ComparedExams"];
      labels: components["schemas"]["LabelAgreement"][];
    };
    Summary: {
      program: string;
      exams: number;
      waiting: {
        registered: number;
        screening: number;
      };
      screened: number;
      outcomes: components["schemas"]["OutcomeCounts"];
      byMachine: components["schemas"]["OutcomeCounts"];
      ungradableRate: number | null;
      reviews: {
        exams: number;
        outcomes: components["schemas"]["OutcomeCounts"];
      };
      labels: {
          label: string;
          exams: number;
          positive: number;
        }[];
      days: ({
          /** Format: date */
          day: string;
          screened: number;
          outcomes: components["schemas"]["OutcomeCounts"];
          ungradableRate: number | null;
        })[];
      screening?: {
        /** @enum {string} */
        state: "starting" | "running" | "stopped";
        reason: string | null;
      };
      /** Format: date-time */
      countedAt: string;
      /** @default [] */
      trouble?: string[];
      notice: string;
    };
    /** @enum {string} */
    TrueOrFalse: "true" | "false";
    /** @enum {string} */
    UngradableEyeRule: "ungradable" | "refer";
    /** @enum {string} */
    UngradableReason: "unreadable-file" | "truncated-file" | "image-too-large" | "too-many-scans" | "too-many-frames" | "metadata-too-large" | "too-much-memory" | "too-slow-to-decode" | "decoder-crashed" | "image-deleted" | "not-a-fundus-photograph" | "field-not-found" | "retina-too-small" | "too-dark" | "too-bright" | "out-of-focus" | "not-a-colour-photograph" | "field-covered" | "macula-not-seen" | "media-opacity";
    UnknownToLive: {
      positive: number;
      negative: number;
    };
    Upload: components["schemas"]["UploadPresent"] | components["schemas"]["UploadNeeded"];
    UploadIntent: {
      patient: string;
      exam: string;
      laterality: components["schemas"]["Laterality"];
      place?: string;
      extension: string;
      contentType: string;
      bytes: number;
      sha256: string;
      eyes: components["schemas"]["ExpectedEyes"];
      field?: components["schemas"]["Field"];
      /** Format: date */
      takenOn?: string;
      source?: string;
      expected?: {
        left: number;
        right: number;
      };
    };
    UploadList: {
      items: components["schemas"]["Upload"][];
    };
    UploadNeeded: {
      /** @constant */
      action: "upload";
      key: string;
      /** Format: uri */
      url: string;
      /** @constant */
      method: "PUT";
      headers: {
        [key: string]: string;
      };
      /** @constant */
      lost?: true;
      /** @constant */
      replaces?: true;
    };
    UploadPresent: {
      /** @constant */
      action: "present";
      key: string;
      withdrawn?: string;
      /** @constant */
      announced?: true;
    };
    UploadRequest: {
      images: components["schemas"]["UploadIntent"][];
    };
    Verdict: {
      id: string;
      stage: components["schemas"]["ReviewStage"];
      outcome: components["schemas"]["Outcome"];
      reader: string;
      note: string | null;
      /** Format: date-time */
      at: string;
      eyes: components["schemas"]["EyeGrades"] | null;
      corrects: string | null;
      reason: string | null;
      supersededBy: string | null;
    };
    Webhook: {
      id: string;
      url: string;
      events: components["schemas"]["EventType"][];
      /** Format: date-time */
      createdAt: string;
    };
    WebhookList: {
      items: components["schemas"]["Webhook"][];
    };
    WebhookWithSecret: {
      id: string;
      url: string;
      events: components["schemas"]["EventType"][];
      secret: string;
      /** Format: date-time */
      createdAt: string;
    };
    WorkListCounts: {
      stages: components["schemas"]["WorkListCount"][];
    };
    WorkListCount: {
      stage: components["schemas"]["ReviewStage"];
      exams: number;
      more: boolean;
      blinded: boolean;
    };
    WorkListItem: {
      program: string;
      patient: string;
      exam: string;
      stage: components["schemas"]["ReviewStage"];
      images: components["schemas"]["EyeTexts"];
      /** Format: date-time */
      dueAt: string | null;
      overdue: boolean | null;
      result: components["schemas"]["Result"] | null;
    };
    WorkListPage: {
      items: components["schemas"]["WorkListItem"][];
      cursor?: string;
    };
  };
  responses: never;
  parameters: {
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /** One exam: its state and its result */
  getExam: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    responses: {
      /** @description The exam */
      200: {
        content: {
          "application/json": components["schemas"]["Exam"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** A patient's exams */
  listPatientExams: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      path: {
        program: string;
        patient: string;
      };
    };
    responses: {
      /** @description A page of exams */
      200: {
        content: {
          "application/json": components["schemas"]["ExamPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** States of up to 100 exams at once */
  lookUpExams: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ExamLookup"];
      };
    };
    responses: {
      /** @description The states, in the order asked */
      200: {
        content: {
          "application/json": components["schemas"]["ExamStateList"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Withdraw an image that does not belong to the exam; the exam is screened by what is left */
  withdrawImage: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ImageWithdrawal"];
      };
    };
    responses: {
      /** @description The exam that the image was of */
      200: {
        content: {
          "application/json": components["schemas"]["Exam"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description It does not fit the present state */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Changed since it was read: If-Match does not fit */
      412: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The Idempotency-Key was sent with another request */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Move an image to the patient, exam and eye that it belongs to; both exams are screened again */
  moveImage: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ImageMove"];
      };
    };
    responses: {
      /** @description The exam that the image was of */
      200: {
        content: {
          "application/json": components["schemas"]["Exam"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description It does not fit the present state */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Changed since it was read: If-Match does not fit */
      412: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The Idempotency-Key was sent with another request */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * One photograph: whether it is fit to be screened, and if not, what to do. Research use only.
   * @description `{image}` is the last part of the photograph's key, as an upload answers it: `left.jpg`. The answer is about its newest version. Quality is known some seconds after the upload, before the exam has its result.
   */
  getImage: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
        image: string;
      };
    };
    responses: {
      /** @description The photograph */
      200: {
        content: {
          "application/json": components["schemas"]["ImageState"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * A photograph as readers see it: at most 2,048 pixels a side. Research use only.
   * @description A JPEG with nothing of the file but its pixels. What was burnt in around the field of view is black.
   */
  getRendition: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
        image: string;
      };
    };
    responses: {
      /** @description The picture */
      200: {
        content: {
          "image/jpeg": string;
        };
      };
      /** @description It is being made: ask again after Retry-After */
      202: {
        content: {
          "application/json": components["schemas"]["Rendering"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** A photograph for lists: at most 256 pixels a side. Research use only. */
  getThumbnail: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
        image: string;
      };
    };
    responses: {
      /** @description The picture */
      200: {
        content: {
          "image/jpeg": string;
        };
      };
      /** @description It is being made: ask again after Retry-After */
      202: {
        content: {
          "application/json": components["schemas"]["Rendering"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Where in a photograph a positive finding has its evidence. Research use only: no outline of a lesion.
   * @description A grid of bytes over the part of the upright photograph that `box` names. Maps are made when an exam is screened, of findings that reach their head’s threshold and whose maps passed their check in the model, and are kept for 30 days. The problem says why there is none.
   */
  getEvidenceMap: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
        image: string;
        head: string;
        label: string;
      };
    };
    responses: {
      /** @description The map */
      200: {
        content: {
          "application/json": components["schemas"]["EvidenceMap"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Results of screened exams, newest or most urgent first. Research use only.
   * @description A page may hold fewer results than its limit and still have a cursor: the filter left some out. A reader (scope `review`, neither `operate` nor `admin`) is not told of exams that they, or others, still have to read blinded.
   */
  listResults: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        outcome?: components["schemas"]["Outcome"];
        machineOutcome?: components["schemas"]["Outcome"];
        patient?: string;
        label?: string;
        min?: number | null;
        max?: number | null;
        since?: string;
        until?: string;
        model?: string;
        gradable?: components["schemas"]["TrueOrFalse"];
        reason?: components["schemas"]["UngradableReason"];
        reviewed?: components["schemas"]["TrueOrFalse"];
        sort?: "date" | "urgency";
        order?: "newest-first" | "oldest-first";
      };
      path: {
        program: string;
      };
    };
    responses: {
      /** @description A page of results */
      200: {
        content: {
          "application/json": components["schemas"]["ResultPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** The programs that your token is for */
  listPrograms: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
    };
    responses: {
      /** @description A page of programs */
      200: {
        content: {
          "application/json": components["schemas"]["ProgramPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Who you are, and what you may do */
  getCaller: {
    responses: {
      /** @description The caller */
      200: {
        content: {
          "application/json": components["schemas"]["Caller"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Up to 100 patients by their pseudonyms; those not there are left out. Research use only. */
  searchPatients: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PatientSearch"];
      };
    };
    responses: {
      /** @description The patients found */
      200: {
        content: {
          "application/json": components["schemas"]["PatientsFound"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Erase a patient: photographs in all versions, features, results and reviews, and what names them
   * @description May be repeated; one that was interrupted goes on. What arrives under the same pseudonym after it is new.
   */
  erasePatient: {
    parameters: {
      path: {
        program: string;
        patient: string;
      };
    };
    responses: {
      /** @description The receipt */
      200: {
        content: {
          "application/json": components["schemas"]["ErasureReceipt"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description It does not fit the present state */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Changed since it was read: If-Match does not fit */
      412: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The Idempotency-Key was sent with another request */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What readers made of an exam. Research use only. */
  listReviews: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    responses: {
      /** @description The verdicts */
      200: {
        content: {
          "application/json": components["schemas"]["ReviewList"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Add a reader's verdict, or correct one's own; nothing is overwritten
   * @description Who reads is the subject of the token. The verdict counts for the stage that the exam waits for; a correction (`corrects` with a `reason`) takes the place of an own earlier verdict, which stays listed. With If-Match it is added only to the exam as it was read.
   */
  addReview: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReviewRequest"];
      };
    };
    responses: {
      /** @description The verdict */
      201: {
        content: {
          "application/json": components["schemas"]["ReviewAnswer"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description It does not fit the present state */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Changed since it was read: If-Match does not fit */
      412: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The Idempotency-Key was sent with another request */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** The caller's own verdicts over an exam, and nobody else's: blinded readers may ask */
  listOwnReviews: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    responses: {
      /** @description The verdicts */
      200: {
        content: {
          "application/json": components["schemas"]["OwnReviews"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * One exam as its reader may see it: photographs, and the result unless blinded. Research use only.
   * @description What is shown follows from the stage that the exam waits for: a second reader gets the photographs alone, without quality, outcome, findings, verdicts or deadline; where the program blinds to the model, so does every reader, but an arbiter sees what the two readers said; of two who differ neither sees the other’s verdict. `blindedTo` says what is kept. Of an exam that waits for no reader, only the scope `read` is told the result. The ETag is of all that is told: a verdict with it as If-Match is about what was read.
   */
  getReading: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    responses: {
      /** @description The exam */
      200: {
        content: {
          "application/json": components["schemas"]["Reading"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * The earlier visits of an exam’s patient as its reader may see them, the latest first. Research use only.
   * @description Only visits with a result. Blinded readers get photographs, and the outcome that readers decided; not what a machine found, then or now.
   */
  listPriorExams: {
    parameters: {
      path: {
        program: string;
        patient: string;
        exam: string;
      };
    };
    responses: {
      /** @description The visits */
      200: {
        content: {
          "application/json": components["schemas"]["PriorExams"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** How readers agree with the machine and each other, and how fast they read; the last 30 days */
  getReaderAgreement: {
    parameters: {
      query?: {
        since?: string;
        until?: string;
      };
      path: {
        program: string;
      };
    };
    responses: {
      /** @description The report */
      200: {
        content: {
          "application/json": components["schemas"]["AgreementReport"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * What waits for a reader at one stage, by deadline or urgency. Research use only.
   * @description A second reader is shown the photographs alone, by arrival: neither the machine's outcome nor the first verdict; so is every reader where the program blinds to the model. A page may hold fewer exams than its limit and still have a cursor.
   */
  getWorkList: {
    parameters: {
      query: {
        limit?: number;
        cursor?: string;
        stage: components["schemas"]["ReviewStage"];
        outcome?: components["schemas"]["Outcome"];
        sort?: "deadline" | "urgency";
      };
      path: {
        program: string;
      };
    };
    responses: {
      /** @description A page of the list */
      200: {
        content: {
          "application/json": components["schemas"]["WorkListPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** How many exams wait for the caller at each stage, up to 500 */
  countWorkList: {
    parameters: {
      path: {
        program: string;
      };
    };
    responses: {
      /** @description The counts */
      200: {
        content: {
          "application/json": components["schemas"]["WorkListCounts"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Who read and changed what, newest first; reads of the last second may be missing
   * @description Patients and exams stand in it as keyed hashes. Whom it tells of can be asked for by `patient`; a page may then hold fewer entries than its limit.
   */
  listAuditEntries: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        patient?: string;
      };
      path: {
        program: string;
      };
    };
    responses: {
      /** @description A page of entries */
      200: {
        content: {
          "application/json": components["schemas"]["AuditPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Who read and changed what concerns all programs, and refused callers of no program; newest first */
  listAuditEntriesOfAllPrograms: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
    };
    responses: {
      /** @description A page of entries */
      200: {
        content: {
          "application/json": components["schemas"]["AuditPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * How many exams wait and are screened, by outcome, label and day. Research use only.
   * @description Counted a moment ago at most, or, of a large program, as long ago as countedAt says.
   */
  getSummary: {
    parameters: {
      path: {
        program: string;
      };
    };
    responses: {
      /** @description The counts */
      200: {
        content: {
          "application/json": components["schemas"]["Summary"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * A month’s figures: uptake, ungradable, referred, turnaround, agreement. Research use only.
   * @description Exams by the instant of their result, readings by that of their last verdict, in UTC. `truncated` says that there were more than one answer looks at. As CSV with `format=csv`: `figure,value`, empty where a figure cannot be computed.
   */
  getMonth: {
    parameters: {
      query?: {
        invited?: number;
        format?: "json" | "csv";
      };
      path: {
        program: string;
        month: string;
      };
    };
    responses: {
      /** @description The figures */
      200: {
        content: {
          "application/json": components["schemas"]["MonthReport"];
          "text/csv": string;
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Permissions to upload up to 100 photographs; those already there are said to be */
  createUploads: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UploadRequest"];
      };
    };
    responses: {
      /** @description What to do with each photograph, in the order asked */
      200: {
        content: {
          "application/json": components["schemas"]["UploadList"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** A program's pairing window, outcome policy and review settings */
  getProgramSettings: {
    parameters: {
      path: {
        program: string;
      };
    };
    responses: {
      /** @description The settings */
      200: {
        content: {
          "application/json": components["schemas"]["ProgramSettings"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Set a program's pairing window, outcome policy and review settings; results to come follow them */
  setProgramSettings: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProgramSettings"];
      };
    };
    responses: {
      /** @description The settings as stored */
      200: {
        content: {
          "application/json": components["schemas"]["ProgramSettings"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description It does not fit the present state */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Changed since it was read: If-Match does not fit */
      412: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The Idempotency-Key was sent with another request */
      422: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Messages that could not be processed, and why, oldest first
   * @description Messages that name no program are shown to callers who may operate every program. Up to 2,000 messages are looked at.
   */
  listDeadLetters: {
    parameters: {
      path: {
        program: string;
        queue: components["schemas"]["QueueName"];
      };
    };
    responses: {
      /** @description What lies there */
      200: {
        content: {
          "application/json": components["schemas"]["DeadLetterList"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Send messages that could not be processed to their queue again
   * @description All of them, unless the body names some: just those in `only`, and none of those in `except`, each by its id or by what it is about (`program/patient/exam`). A name that fits no message is refused, and nothing is sent. What a message did before counts no longer: it may end three workers again before it is buried.
   */
  redriveDeadLetters: {
    parameters: {
      path: {
        program: string;
        queue: components["schemas"]["QueueName"];
      };
    };
    requestBody?: {
      content: {
        "application/json": {
          only?: string[];
          except?: string[];
        };
      };
    };
    responses: {
      /** @description What was sent again */
      200: {
        content: {
          "application/json": components["schemas"]["DeadLetterList"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What the last reconciliation of a program has found */
  getProgramReconciliation: {
    parameters: {
      path: {
        program: string;
      };
    };
    responses: {
      /** @description What was found last */
      200: {
        content: {
          "application/json": components["schemas"]["Reconciliation"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Compare a program's store with its records, and send again what is lost
   * @description One request works for some seconds. While the state is `running`, ask again: it goes on.
   */
  reconcileProgram: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReconciliationRequest"];
      };
    };
    responses: {
      /** @description What was found so far */
      200: {
        content: {
          "application/json": components["schemas"]["Reconciliation"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description It does not fit the present state */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** What the last reconciliation of everything has found */
  getReconciliation: {
    responses: {
      /** @description What was found last */
      200: {
        content: {
          "application/json": components["schemas"]["Reconciliation"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * The same of every program, and of what they share
   * @description One request works for some seconds. While the state is `running`, ask again: it goes on.
   */
  reconcile: {
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReconciliationRequest"];
      };
    };
    responses: {
      /** @description What was found so far */
      200: {
        content: {
          "application/json": components["schemas"]["Reconciliation"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description It does not fit the present state */
      409: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Keep a head under its id, for jobs to score with */
  storeProgramHead: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Head"];
      };
    };
    responses: {
      /** @description Its name and id */
      200: {
        content: {
          "application/json": components["schemas"]["HeadReference"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** The same, for callers of every program */
  storeHead: {
    requestBody: {
      content: {
        "application/json": components["schemas"]["Head"];
      };
    };
    responses: {
      /** @description Its name and id */
      200: {
        content: {
          "application/json": components["schemas"]["HeadReference"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Jobs in the order of their creation, with their progress */
  listJobs: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      path: {
        program: string;
      };
    };
    responses: {
      /** @description A page of jobs */
      200: {
        content: {
          "application/json": components["schemas"]["JobPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Screen or re-score a selection of exams, beginning now */
  createJob: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["JobRequest"];
      };
    };
    responses: {
      /** @description The job */
      201: {
        content: {
          "application/json": components["schemas"]["Job"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** One job: what was asked for, how far it is, and its report at the end */
  getJob: {
    parameters: {
      path: {
        program: string;
        job: string;
      };
    };
    responses: {
      /** @description The job */
      200: {
        content: {
          "application/json": components["schemas"]["Job"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** End a job: no further shard is begun, results on their way are still written */
  cancelJob: {
    parameters: {
      path: {
        program: string;
        job: string;
      };
    };
    responses: {
      /** @description The job */
      200: {
        content: {
          "application/json": components["schemas"]["Job"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Permission to upload a selection: JSONL, {"patient": "…", "exam": "…"} a line */
  createJobManifest: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["JobManifest"];
      };
    };
    responses: {
      /** @description Where to upload */
      200: {
        content: {
          "application/json": components["schemas"]["JobManifestUpload"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Schedules of jobs */
  listJobSchedules: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      path: {
        program: string;
      };
    };
    responses: {
      /** @description A page of schedules */
      200: {
        content: {
          "application/json": components["schemas"]["JobSchedulePage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Have a job created again and again, or once at a time to come */
  createJobSchedule: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["JobScheduleRequest"];
      };
    };
    responses: {
      /** @description The schedule */
      201: {
        content: {
          "application/json": components["schemas"]["JobSchedule"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** End a schedule; the jobs that it created stay */
  deleteJobSchedule: {
    parameters: {
      path: {
        program: string;
        schedule: string;
      };
    };
    responses: {
      /** @description The schedule */
      200: {
        content: {
          "application/json": components["schemas"]["JobSchedule"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** The model and heads that new exams are screened with */
  getActiveModel: {
    responses: {
      /** @description What is active */
      200: {
        content: {
          "application/json": components["schemas"]["ActiveModel"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Make heads live: new exams of every program are screened with them */
  promoteHeads: {
    requestBody: {
      content: {
        "application/json": components["schemas"]["PromotionRequest"];
      };
    };
    responses: {
      /** @description What was active, and what is now */
      200: {
        content: {
          "application/json": components["schemas"]["Promotion"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Take the latest promotion back */
  rollBackHeads: {
    responses: {
      /** @description What was active, and what is now */
      200: {
        content: {
          "application/json": components["schemas"]["Promotion"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Try heads on new exams of every program: they are recorded and decide nothing */
  startShadow: {
    requestBody: {
      content: {
        "application/json": components["schemas"]["HeadsRequest"];
      };
    };
    responses: {
      /** @description What was active, and what is now */
      200: {
        content: {
          "application/json": components["schemas"]["Promotion"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** End the trial of heads: of those named, or of all */
  stopShadow: {
    requestBody: {
      content: {
        "application/json": components["schemas"]["HeadNames"];
      };
    };
    responses: {
      /** @description What was active, and what is now */
      200: {
        content: {
          "application/json": components["schemas"]["Promotion"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * How the heads in shadow agree with the live ones, over exams screened since they are tried
   * @description Each page tells of its exams: add the pages up. Research use only.
   */
  compareShadow: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      path: {
        program: string;
      };
    };
    responses: {
      /** @description A part of the comparison */
      200: {
        content: {
          "application/json": components["schemas"]["ShadowPage"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /**
   * Patients by a text, or those like the patient of an exam, the most similar first. Research use only.
   * @description Give either `text`, in the language that the model was trained in (Chinese for the published weights), or `exam`. The similarity is the cosine of RET-CLIP’s patient features.
   */
  searchExams: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SearchByText"] | components["schemas"]["SearchByExam"];
      };
    };
    responses: {
      /** @description What was found */
      200: {
        content: {
          "application/json": components["schemas"]["SearchAnswer"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Where events of a program are sent */
  listWebhooks: {
    parameters: {
      path: {
        program: string;
      };
    };
    responses: {
      /** @description The endpoints, without their secrets */
      200: {
        content: {
          "application/json": components["schemas"]["WebhookList"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Send events of a program to a URL, signed; earlier events are not sent */
  addWebhook: {
    parameters: {
      path: {
        program: string;
      };
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NewWebhook"];
      };
    };
    responses: {
      /** @description The endpoint with the secret that signs; it is shown this once */
      201: {
        content: {
          "application/json": components["schemas"]["WebhookWithSecret"];
        };
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  /** Send no more events to an endpoint */
  removeWebhook: {
    parameters: {
      path: {
        program: string;
        webhook: string;
      };
    };
    responses: {
      /** @description Removed */
      204: {
        content: never;
      };
      /** @description The request is not valid */
      400: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description No valid token */
      401: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not allowed by the token */
      403: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Not found */
      404: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is too large */
      413: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description The body is not JSON in UTF-8 */
      415: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: wait as long as Retry-After says */
      429: {
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
}
