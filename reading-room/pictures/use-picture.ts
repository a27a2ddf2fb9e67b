import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { ApiFault, call, callHeaders, requireOk } from '../api/client.ts';

/** A photograph of an exam, by its place in the API. */
export interface Photograph {
  readonly program: string;
  readonly patient: string;
  readonly exam: string;
  /** Its key: `images/{program}/{patient}/{exam}/{image}`. */
  readonly image: string;
}

/** It is being made: ask again. */
class RenderingError extends Error {}

const KEPT_MILLISECONDS = { rendition: 5 * 60_000, thumbnail: 60_000 } as const;
/** So often a picture that is being made is asked for, 1.5 s apart. */
const MOST_TRIES = 40;
const AGAIN_MILLISECONDS = 1_500;

export type PictureSize = keyof typeof KEPT_MILLISECONDS;

function addressOf({ program, patient, exam, image }: Photograph, size: PictureSize): string {
  const file = image.split('/').at(-1) ?? image;
  const part = encodeURIComponent;
  return `/v1/programs/${part(program)}/patients/${part(patient)}/exams/${part(exam)}/images/${part(file)}/${size}`;
}

/**
 * A picture as an address of the browser's own memory.
 *
 * @param version what the picture is read as part of: another one is fetched once the exam has changed
 */
export function pictureQuery(photograph: Photograph, size: PictureSize, version: string) {
  const address = addressOf(photograph, size);
  return queryOptions({
    queryKey: ['picture', address, version],
    queryFn: async ({ signal }): Promise<string> => {
      const response = await call(address, { headers: callHeaders(), signal });
      await requireOk(response);
      if (response.status === 202) throw new RenderingError();
      return URL.createObjectURL(await response.blob());
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MILLISECONDS[size],
    retry: (tries, error) => error instanceof RenderingError && tries < MOST_TRIES,
    retryDelay: AGAIN_MILLISECONDS,
  });
}

/** How a picture stands. */
export type PictureState =
  | { readonly state: 'shown'; readonly address: string }
  | { readonly state: 'waiting' | 'rendering' | 'erased' | 'failed' };

/** A picture and how it stands; `null` for no photograph. */
export function usePicture(
  photograph: Photograph | null,
  size: PictureSize,
  version: string,
): PictureState | null {
  const none: Photograph = { program: '', patient: '', exam: '', image: '' };
  const { data, error, failureReason } = useQuery({
    ...pictureQuery(photograph ?? none, size, version),
    enabled: photograph !== null,
  });
  if (photograph === null) return null;
  if (data !== undefined) return { state: 'shown', address: data };
  if (error instanceof ApiFault && error.status === 404) return { state: 'erased' };
  if (error !== null) return { state: 'failed' };
  return { state: failureReason instanceof RenderingError ? 'rendering' : 'waiting' };
}

/** Gives the memory of pictures back that no page shows any more. */
export function freePictures(client: QueryClient): void {
  client.getQueryCache().subscribe(({ type, query }) => {
    const [kind] = query.queryKey;
    const address: unknown = query.state.data;
    if (type === 'removed' && kind === 'picture' && typeof address === 'string') URL.revokeObjectURL(address);
  });
}
