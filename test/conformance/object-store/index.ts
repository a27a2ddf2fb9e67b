import { afterAll, beforeAll, describe } from 'vitest';
import { type Limitations, testsWith } from '../subject.ts';
import { describeContent } from './content.ts';
import { describeListing } from './listing.ts';
import {
  type ObjectStoreCapability,
  type ObjectStoreSubject,
  ObjectStoreTests,
} from './object-store-tests.ts';
import { describeUploads } from './uploads.ts';
import { describeVersions } from './versions.ts';
import { describeWriting } from './writing.ts';

export type { ObjectStoreCapability, ObjectStoreSubject } from './object-store-tests.ts';

/** What every object store must do. */
export function describeObjectStore(
  name: string,
  open: () => Promise<ObjectStoreSubject>,
  limitations: Limitations<ObjectStoreCapability> = {},
): void {
  describe(`ObjectStore: ${name}`, () => {
    let subject: ObjectStoreSubject;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());

    const tests = new ObjectStoreTests(testsWith(name, limitations), () => subject.objects);
    describeContent(tests);
    describeWriting(tests);
    describeVersions(tests);
    describeListing(tests);
    describeUploads(tests);
  });
}
