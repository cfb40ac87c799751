import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/** Replaces a file as a whole: readers see the old one or the new one, also after a crash. Mode 0600. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const next = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(next, text, { mode: 0o600, flush: true });
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** Text of a file, or undefined when there is none. */
export async function readIfThere(
  file: string,
  read: (file: string) => Promise<string>,
): Promise<string | undefined> {
  try {
    return await read(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
