import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from '../storage-errors.ts';

/** What a running host tells those who share its data folder. */
export interface EndpointFile {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly startedAt: string;
}

/** Written by the owner, for the owner alone, and never half. @throws LocalError if it cannot be */
async function writePrivate(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(error, dirname(file));
  }
}

/** Tells where this host listens. */
export async function writeEndpointFile(file: string, content: EndpointFile): Promise<void> {
  await writePrivate(file, `${JSON.stringify(content)}\n`);
}

/** Takes the file away if it is still this process's. */
export async function removeEndpointFile(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.includes(`"pid":${process.pid},`)) await rm(file, { force: true });
}

/**
 * Port of a host that ended without a word, so that its successor is found where callers still look for it.
 *
 * @returns `undefined` if the last host was stopped in good order
 */
export async function abandonedPort(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const port = /"url":"http:\/\/[^"]*?:(\d+)"/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** The data folder's token, made at its first start: 192 random bits. It survives restarts, as callers do. */
export async function readOrMakeToken(file: string): Promise<string> {
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (known !== '') return known;
  const token = randomBytes(24).toString('base64url');
  await writePrivate(file, token);
  return token;
}
