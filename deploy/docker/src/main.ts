import { pathToFileURL } from 'node:url';
import { jobs, services, tools } from './roles.ts';
import { readSecretFiles } from './secret-files.ts';

/** Runs the role that the first argument names, with the arguments after it, in this process: signals reach it as they come. */
const role = process.argv[2] ?? '';
const known = { ...services, ...jobs, ...tools };
if (Object.hasOwn(known, role)) {
  process.argv.splice(2, 1);
  try {
    readSecretFiles(process.env);
  } catch (error) {
    console.error(`tocsin: ${(error as Error).message}`);
    process.exit(1);
  }
  await import(new URL(known[role]!, new URL('../../../', pathToFileURL(import.meta.filename))).href);
  // A connection that came up after a library had given it up would keep a Job from ending.
  if (Object.hasOwn(jobs, role)) process.exit();
} else {
  const said = role === '' ? 'no role is given' : `there is no role "${role}"`;
  console.error(`tocsin: ${said}: give one of ${Object.keys(known).join(', ')}`);
  process.exitCode = 2;
}
