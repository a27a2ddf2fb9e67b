import { faultOf } from '../faults/tell-faults.ts';

/**
 * Whether an error means that there is no such object or version, or only a delete marker. A bucket that is not there is
 * another matter: its objects are not missing, the system is set up wrongly.
 */
export function isMissing(error: unknown, versionId: string | undefined): boolean {
  const { status, code } = faultOf(error) ?? {};
  if (code === 'NoSuchBucket') return false;
  // 405: the version is a delete marker.
  if (status === 404 || status === 405) return true;
  // S3 says of a version id that it could never have been one of its own.
  return versionId !== undefined && status === 400 && code === 'InvalidArgument';
}

/** Whether a conditional write found an object already there, or another writer at work. */
export function isPreconditionFault(error: unknown): boolean {
  const { status, code } = faultOf(error) ?? {};
  return status === 412 || code === 'ConditionalRequestConflict';
}

/** Whether S3 has refused without a reason, as it does for a HEAD: its answer has no body. */
export function isUnexplained(error: unknown): boolean {
  const fault = faultOf(error);
  return fault !== undefined && !fault.isNamed && (fault.status === 400 || fault.status === 403);
}
