/** Parts that the tests use of packages that ship no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: { readonly createTableMs?: number }): Server;
}

declare module 's3rver' {
  export default class S3rver {
    constructor(options: {
      readonly address: string;
      readonly port: number;
      readonly silent: boolean;
      readonly directory: string;
      readonly configureBuckets: readonly { readonly name: string; readonly configs: readonly string[] }[];
    });
    run(): Promise<{ readonly address: string; readonly port: number }>;
    close(): Promise<void>;
  }
}
