import { z } from 'zod';
import { ANY_IMAGE_FORMAT } from './image-formats.ts';

/** Why a photograph can be ungradable: a closed list. Each ungradable photograph has exactly one of these reasons. */
export const UNGRADABLE_REASONS = [
  'unreadable-file',
  'truncated-file',
  'image-too-large',
  'too-many-scans',
  'too-many-frames',
  'metadata-too-large',
  'too-much-memory',
  'too-slow-to-decode',
  'decoder-crashed',
  'image-deleted',
  'not-a-fundus-photograph',
  'field-not-found',
  'retina-too-small',
  'too-dark',
  'too-bright',
  'out-of-focus',
  'not-a-colour-photograph',
  'field-covered',
  'macula-not-seen',
  'media-opacity',
] as const;

export type UngradableReason = (typeof UNGRADABLE_REASONS)[number];

/** What each reason means to the photographer, and what to do about it. */
export const UNGRADABLE_ADVICE: Readonly<Record<UngradableReason, string>> = {
  'unreadable-file': `the file is empty or no ${ANY_IMAGE_FORMAT} picture: export it from the camera again`,
  'truncated-file': 'the file breaks off or is damaged: copy it from the camera again',
  'image-too-large':
    'the picture has more pixels than any fundus camera takes: export it at its original size',
  'too-many-scans': 'the JPEG is made of more passes than any camera writes: export it as a plain JPEG',
  'too-many-frames': 'the file holds several photographs, or dozens of pictures: export the photograph alone',
  'metadata-too-large':
    'the file carries more profile, Exif and text than any photograph needs: export it without them',
  'too-much-memory':
    'the picture takes more memory to open than is allowed: export it as a plain JPEG with 8 bits a channel',
  'too-slow-to-decode': 'the picture takes longer to open than any photograph: export it as a plain JPEG',
  'decoder-crashed': 'the file makes the program end that opens it: export the photograph again',
  'image-deleted': 'the file was deleted before it could be screened: upload it again',
  'not-a-fundus-photograph': 'not a fundus photograph: check that the right file was sent',
  'field-not-found':
    'the round field of the retina cannot be found: photograph again, centred, with the eye wide open',
  'retina-too-small': 'the retina is less than 200 pixels wide: export at full resolution',
  'too-dark': 'too dark: photograph again with more flash or after dilating the pupil',
  'too-bright': 'too bright: photograph again with less flash',
  'out-of-focus': 'out of focus: focus on the vessels, let the patient blink, photograph again',
  'not-a-colour-photograph':
    'no colours: a red-free, infra-red or angiographic photograph; send the one in colour',
  'field-covered': 'a lid, lashes or a shadow cover the retina: open the eye wide and photograph again',
  'macula-not-seen':
    'the macula cannot be seen: let the patient look at the fixation light and photograph again',
  'media-opacity':
    'the view is evenly hazy, as through a cataract: another photograph will hardly be clearer; refer the patient',
};

/** Quality of one eye's photograph: gradable, or ungradable for exactly one reason. */
export const qualitySchema = z.discriminatedUnion('gradable', [
  z.object({ gradable: z.literal(true), reason: z.null(), measurements: z.record(z.string(), z.number()) }),
  z.object({
    gradable: z.literal(false),
    reason: z.enum(UNGRADABLE_REASONS),
    measurements: z.record(z.string(), z.number()),
  }),
]);

export type Quality = z.infer<typeof qualitySchema>;

/** Why an exam has no photograph of an eye. */
export const MISSING_EYE_REASONS = ['not-received', 'not-supplied'] as const;
export type MissingEyeReason = (typeof MISSING_EYE_REASONS)[number];
