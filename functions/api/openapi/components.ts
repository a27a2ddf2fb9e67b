import { z } from '@hono/zod-openapi';
import { activeModelSchema, headReferenceSchema } from '../../../core/activation/active-model.ts';
import { auditEntrySchema } from '../../../core/audit/audit-entry.ts';
import { expectedEyesSchema } from '../../../core/exams/expected-images.ts';
import {
  eyeGradeSchema,
  eyeGradesSchema,
  GRADING_SCHEMES,
  icdrGradeSchema,
  OEDEMA,
  rmGradeSchema,
} from '../../../core/exams/eye-grade.ts';
import { fieldSchema, seenFieldSchema } from '../../../core/exams/field.ts';
import { finalSchema } from '../../../core/exams/final.ts';
import { findingSchema } from '../../../core/exams/finding.ts';
import { lateralitySchema } from '../../../core/exams/laterality.ts';
import { lateralityCheckSchema } from '../../../core/exams/laterality-check.ts';
import { outcomeSchema } from '../../../core/exams/outcome.ts';
import { MISSING_EYE_REASONS, UNGRADABLE_REASONS } from '../../../core/exams/quality.ts';
import { reviewStageSchema } from '../../../core/exams/review.ts';
import { reviewSettingsSchema } from '../../../core/exams/review-settings.ts';
import { calibrationSchema, fitStatisticsSchema, headSchema } from '../../../core/heads/head.ts';
import { promotionSchema } from '../../../core/heads/promotion.ts';
import { comparedExamsSchema } from '../../../core/jobs/comparison/compared-exams.ts';
import { comparisonSchema, labelComparisonSchema } from '../../../core/jobs/comparison/label-comparison.ts';
import { JOB_MODES, jobSelectionSchema } from '../../../core/jobs/job-record.ts';
import { deadLetterSchema, failureSchema, JOB_STATES } from '../../../core/jobs/job-report.ts';
import { jobRequestSchema } from '../../../core/jobs/planning/job-request.ts';
import { jobViewSchema } from '../../../core/jobs/reports/job-view.ts';
import { jobScheduleSchema } from '../../../core/jobs/schedules/job-schedule.ts';
import { shardReceiptSchema } from '../../../core/jobs/shard-receipt.ts';
import { EVENT_TYPES } from '../../../core/messages/domain-event.ts';
import { REDRIVEN_QUEUES } from '../../../core/messages/queues.ts';
import { outcomePolicySchema, policyRuleSchema } from '../../../core/policies/outcome-policy.ts';
import { EVIDENCE_METHODS } from '../../../core/preparation/evidence-maps.ts';
import { burntInSchema } from '../../../core/preparation/rendition.ts';
import { programSettingsSchema } from '../../../core/programs/program-settings.ts';
import { resultLineSchema } from '../../../core/reviews/result-line.ts';
import { reviewLineSchema, verdictLineSchema } from '../../../core/reviews/review-line.ts';
import { searchAnswerSchema, searchRequestSchema } from '../../../core/search/search-exams.ts';
import { monthReportSchema } from '../../../core/summary/month-report.ts';
import { webhookEndpointSchema, webhookRequestSchema } from '../../../core/webhooks/webhook-endpoints.ts';
import { headsRequest, promotionRequest } from '../heads-change.ts';
import { imageStateSchema, renderingAnswer } from '../image-schemas.ts';
import {
  jobsPage,
  manifestAnswer,
  manifestBody,
  scheduleAnswer,
  scheduleBody,
  schedulesPage,
} from '../job-schemas.ts';
import {
  reconciliationAnswer,
  reconciliationBody,
  reconciliationFinding,
  reconciliationStage,
} from '../reconciliation-answer.ts';
import {
  agreementAnswer,
  grading,
  ownReviewsAnswer,
  readingAnswer,
  reviewAnswer,
  reviewBody,
  reviewsAnswer,
  workListCounts,
  workListItem,
  workListPage,
} from '../review-schemas.ts';
import { auditPage } from '../routes/audit.ts';
import { callerAnswer } from '../routes/callers.ts';
import { evidenceMapAnswer } from '../routes/evidence-maps.ts';
import { moveBody, withdrawBody } from '../routes/images.ts';
import { erasureReceipt, patientSearch, patientsFound } from '../routes/patients.ts';
import { priorExam, priorExamsAnswer } from '../routes/prior-exams.ts';
import { programsPage } from '../routes/programs.ts';
import { headNames } from '../routes/shadow-heads.ts';
import { webhookList } from '../routes/webhooks.ts';
import {
  deadLettersAnswer,
  examDetailSchema,
  examStateSchema,
  examsPage,
  lookupAnswer,
  lookupBody,
  problemSchema,
  resultsPage,
  summarySchema,
  uploadAnswerSchema,
  uploadIntentSchema,
  uploadsAnswer,
  uploadsBody,
} from '../schemas.ts';
import { shadowPage } from '../shadow-page.ts';

const eyeLineSchema = resultLineSchema.shape.eyes.shape.left.unwrap();
const agreementShape = agreementAnswer.shape;
const headShape = headSchema.shape;

/**
 * Schemas of the API by the names that its document gives them. Wherever one of them stands in a request or an answer,
 * the document refers to it, so that a generated client has one class of it. Names are promises: clients import them.
 */
export const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  ActiveModel: activeModelSchema,
  Agreement: agreementShape.afterReview,
  AgreementReport: agreementAnswer,
  AuditEntry: auditEntrySchema,
  AuditPage: auditPage,
  BurntIn: burntInSchema,
  CallerScope: callerAnswer.shape.scopes.element,
  Calibration: calibrationSchema,
  CalibrationIsotonic: calibrationSchema.options[2],
  CalibrationNone: calibrationSchema.options[0],
  CalibrationPlatt: calibrationSchema.options[1],
  Caller: callerAnswer,
  ComparedExams: comparedExamsSchema,
  DeadLetterList: deadLettersAnswer,
  DeadLetter: deadLettersAnswer.shape.items.element,
  ErasureReceipt: erasureReceipt,
  Exam: examDetailSchema,
  ExamLookup: lookupBody,
  ExamName: lookupBody.shape.exams.element,
  ExamPage: examsPage,
  ExamState: examStateSchema,
  ExamStateList: lookupAnswer,
  ExamStatus: examStateSchema.shape.status,
  ExpectedEyes: expectedEyesSchema,
  EyeLine: eyeLineSchema,
  EyeLines: resultLineSchema.shape.eyes,
  EyeGrade: eyeGradeSchema,
  EyeGrades: eyeGradesSchema,
  EyeTexts: examStateSchema.shape.images,
  EventType: z.enum(EVENT_TYPES),
  EvidenceMap: evidenceMapAnswer,
  EvidenceMethod: z.enum(EVIDENCE_METHODS),
  Field: fieldSchema,
  Final: finalSchema,
  Finding: findingSchema,
  FindingLevel: findingSchema.shape.level,
  FitStatistics: fitStatisticsSchema,
  Grading: grading,
  GradingScheme: z.enum(GRADING_SCHEMES),
  Head: headSchema,
  HeadFeature: headShape.feature,
  HeadKind: headShape.kind,
  HeadLabel: headShape.labels.element,
  HeadNames: headNames,
  HeadReference: headReferenceSchema,
  HeadsRequest: headsRequest,
  IcdrGrade: icdrGradeSchema,
  ImageMove: moveBody,
  ImageState: imageStateSchema,
  ImageStanding: imageStateSchema.shape.state.unwrap(),
  ImageWithdrawal: withdrawBody,
  Job: jobViewSchema,
  JobDeadLetter: deadLetterSchema,
  JobFailure: failureSchema,
  JobManifest: manifestBody,
  JobManifestUpload: manifestAnswer,
  JobMode: z.enum(JOB_MODES),
  JobPage: jobsPage,
  JobRequest: jobRequestSchema,
  JobSchedule: scheduleAnswer,
  JobSchedulePage: schedulesPage,
  JobScheduleRequest: scheduleBody,
  JobScheduleState: jobScheduleSchema.shape.state,
  JobSelection: jobSelectionSchema,
  JobSelectionLabel: jobSelectionSchema.shape.label.unwrap(),
  JobState: z.enum(JOB_STATES),
  LabelAgreement: comparisonSchema.shape.labels.element,
  LabelComparison: labelComparisonSchema,
  Laterality: lateralitySchema,
  LateralityCheck: lateralityCheckSchema,
  LateralitySuspectRule: outcomePolicySchema.shape.lateralitySuspect.unwrap(),
  MissingEyeReason: z.enum(MISSING_EYE_REASONS),
  MissingEyeRule: outcomePolicySchema.shape.missingEye,
  MissingEyes: examStateSchema.shape.missingEyes,
  MonthReport: monthReportSchema,
  MovedOutcome: shardReceiptSchema.shape.moved.element,
  NewWebhook: webhookRequestSchema,
  Oedema: z.enum(OEDEMA),
  Outcome: outcomeSchema,
  OutcomeCounts: summarySchema.shape.outcomes,
  OutcomePolicy: outcomePolicySchema,
  OwnReviews: ownReviewsAnswer,
  PatientFound: patientsFound.shape.items.element,
  PatientSearch: patientSearch,
  PatientsFound: patientsFound,
  PictureBox: evidenceMapAnswer.shape.box,
  PolicyRule: policyRuleSchema,
  PolicyRuleOutcome: policyRuleSchema.shape.outcome,
  PriorExam: priorExam,
  PriorExams: priorExamsAnswer,
  PriorPhotograph: priorExam.shape.photographs.shape.left.element,
  Problem: problemSchema,
  ProgramPage: programsPage,
  ProgramSettings: programSettingsSchema,
  Promotion: promotionSchema,
  PromotionRequest: promotionRequest,
  PromotionKind: promotionSchema.shape.kind,
  QueueName: z.enum(REDRIVEN_QUEUES),
  ReaderReport: agreementShape.readers.element,
  Reading: readingAnswer,
  ReadingPhotograph: readingAnswer.shape.photographs.shape.left.element,
  ReadingPhotographs: readingAnswer.shape.photographs,
  Reconciliation: reconciliationAnswer,
  ReconciliationFinding: reconciliationFinding,
  ReconciliationFindingName: reconciliationFinding.shape.finding,
  ReconciliationRemedy: reconciliationFinding.shape.remedy,
  ReconciliationRequest: reconciliationBody,
  ReconciliationStage: reconciliationStage,
  ReconciliationStageName: reconciliationStage.shape.stage,
  ReconciliationState: reconciliationAnswer.shape.state,
  Result: resultLineSchema,
  ResultPage: resultsPage,
  Review: reviewLineSchema,
  ReviewAnswer: reviewAnswer,
  Rendering: renderingAnswer,
  ReviewDeadlines: reviewSettingsSchema.shape.deadlineDays,
  ReviewList: reviewsAnswer,
  ReviewRequest: reviewBody,
  ReviewSettings: reviewSettingsSchema,
  ReviewStage: reviewStageSchema,
  ReviewStatus: reviewLineSchema.shape.status,
  RetinopathyMaculopathyGrade: rmGradeSchema,
  SearchAnswer: searchAnswerSchema,
  SearchByExam: searchRequestSchema.options[1],
  SearchByText: searchRequestSchema.options[0],
  SearchHit: searchAnswerSchema.shape.items.element,
  SeenField: seenFieldSchema,
  ShadowHeads: activeModelSchema.shape.shadow.unwrap(),
  ShadowPage: shadowPage,
  ShadowComparison: comparisonSchema,
  Summary: summarySchema,
  TrueOrFalse: z.enum(['true', 'false']),
  UngradableEyeRule: outcomePolicySchema.shape.ungradableEye,
  UngradableReason: z.enum(UNGRADABLE_REASONS),
  UnknownToLive: labelComparisonSchema.shape.unknownLive,
  Upload: uploadAnswerSchema,
  UploadIntent: uploadIntentSchema,
  UploadList: uploadsAnswer,
  UploadNeeded: uploadAnswerSchema.options[1],
  UploadPresent: uploadAnswerSchema.options[0],
  UploadRequest: uploadsBody,
  Verdict: verdictLineSchema,
  Webhook: webhookList.shape.items.element,
  WebhookList: webhookList,
  WebhookWithSecret: webhookEndpointSchema,
  WorkListCounts: workListCounts,
  WorkListCount: workListCounts.shape.stages.element,
  WorkListItem: workListItem,
  WorkListPage: workListPage,
};
