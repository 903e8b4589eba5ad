import { SetupError } from '../engines/index.ts';

/** Runs a step: what is wrong with the machine is told in one sentence, a bug keeps its stack. */
export async function failPlainly(step: () => Promise<number>): Promise<never> {
  try {
    process.exit(await step());
  } catch (error) {
    console.error(error instanceof SetupError ? `tocsin: ${error.message}` : plain(error));
    process.exit(1);
  }
}

function plain(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC') return 'tocsin: the disk is full: free some space and start again';
  if (code === 'EACCES' || code === 'EROFS')
    return `tocsin: ${(error as NodeJS.ErrnoException).path} cannot be written to: check who owns it`;
  return error;
}
