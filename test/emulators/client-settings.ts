/** Settings by which a client talks to an emulator on this machine. */
export function clientSettings(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    // What emulators take; none of them is a secret.
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    maxAttempts: 1,
  };
}
