import { S3ServiceException } from '@aws-sdk/client-s3';

/** S3 says of a version id that it could never have been one of its own. */
const FOREIGN_VERSION = new Set(['InvalidArgument', '400', 'BadRequest', 'Unknown', 'UnknownError']);

/** Whether an error means that there is no such object or version, or only a delete marker. */
export function isMissing(error: unknown, versionId: string | undefined): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode;
  // 405: the version is a delete marker.
  if (status === 404 || status === 405) return true;
  return versionId !== undefined && status === 400 && FOREIGN_VERSION.has(error.name);
}

/** Whether a conditional write found an object already there, or another writer at work. */
export function isPreconditionFault(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    (error.$metadata.httpStatusCode === 412 || error.name === 'ConditionalRequestConflict')
  );
}
