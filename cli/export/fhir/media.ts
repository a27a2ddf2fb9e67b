import type { Media, Patient } from 'fhir/r4.js';
import { mediaTypeOfExtension } from '../../../core/exams/image-formats.ts';
import type { Laterality } from '../../../core/exams/laterality.ts';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import { bodySite, MEDIA_TYPE, MODALITY, RESEARCH_USE } from './codes.ts';
import { type Identified, identifierOf, referenceTo, resourceId } from './identity.ts';

function contentType(key: string): { contentType?: string } {
  const ending = /\.([a-z0-9]+)$/i.exec(key)?.[1] ?? '';
  const type = mediaTypeOfExtension(ending);
  return type === undefined ? {} : { contentType: type };
}

/** The photographs of an eye, each by its key in the store. The picture itself is not exported. */
export function mediaOf(
  line: ResultLine,
  laterality: Laterality,
  patient: Identified<Patient>,
): { readonly key: string; readonly media: Identified<Media> }[] {
  const images = line.eyes[laterality]?.images ?? [];
  return images.map(({ image, field }) => {
    const media: Identified<Media> = {
      resourceType: 'Media',
      id: resourceId('image', line.program, image),
      meta: { security: [RESEARCH_USE] },
      identifier: [identifierOf(line, 'image', image)],
      status: 'completed',
      type: MEDIA_TYPE,
      modality: MODALITY,
      ...(field === null ? {} : { view: { text: field } }),
      subject: referenceTo(patient),
      bodySite: bodySite(laterality),
      content: { ...contentType(image), title: image },
    };
    return { key: image, media };
  });
}
