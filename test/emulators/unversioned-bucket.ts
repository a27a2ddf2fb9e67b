import { S3ObjectStore } from '../../aws/objects/s3-object-store.ts';
import type { ObjectVersion, Page, PageRequest } from '../../core/ports/index.ts';

/** No emulator from npm keeps versions: this lists objects as S3 lists those of a bucket without versions. */
export class UnversionedBucket extends S3ObjectStore {
  override async listVersions(prefix: string, page: PageRequest): Promise<Page<ObjectVersion>> {
    const { items, ...rest } = await this.list(prefix, page);
    return { items: items.map((item) => ({ ...item, versionId: null, isDeleteMarker: false })), ...rest };
  }
}
