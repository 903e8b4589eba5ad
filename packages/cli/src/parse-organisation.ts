import { InvalidInput } from '@tocsin/platform';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Path, type Problem, referenceProblems } from './references.ts';
import { referencesView } from './references-view.ts';
import { type OrganisationFile, organisationFile } from './schema.ts';

/**
 * Reads an organisation's file. `${NAME}` stands for an environment variable, so that keys need not be written down.
 *
 * @throws InvalidInput that lists every problem with its line and column.
 */
export function parseOrganisation(
  yamlText: string,
  fileName: string,
  env: NodeJS.ProcessEnv = process.env,
): OrganisationFile {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(document.errors.map((error) => `${place(fileName, lines, error.pos[0])} ${error.message}`));
  }
  const missing: Problem[] = [];
  const value = substitute(document.toJS(), env, [], missing);
  const parsed = organisationFile.safeParse(value);
  const problems = [
    ...missing,
    ...(parsed.error?.issues.flatMap(problemsOf) ?? []),
    ...referenceProblems(referencesView.parse(value)),
  ];
  if (!parsed.success || problems.length > 0)
    throw invalid(inOrder(document, problems).map((one) => describe(one, document, fileName, lines)));
  return parsed.data;
}

/** A field that is not known is named itself, not what it stands in. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path as Path;
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a field of the file' }));
}

function inOrder(document: Document.Parsed, problems: Problem[]): Problem[] {
  return problems.toSorted((a, b) => offsetOf(document, a.path) - offsetOf(document, b.path));
}

function invalid(lines: string[]): InvalidInput {
  return new InvalidInput(lines.join('\n'), { code: 'organisation-invalid' });
}

function describe({ path, message }: Problem, document: Document.Parsed, fileName: string, lines: LineCounter): string {
  return `${place(fileName, lines, offsetOf(document, path))} ${dotted(path)}: ${message}`;
}

/** Where a field stands; where it is missing, the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

function place(fileName: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${fileName}:${line}:${col}`;
}

function dotted(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return text.startsWith('.') ? text.slice(1) : text || 'the file';
}

function substitute(value: unknown, env: NodeJS.ProcessEnv, path: Path, missing: Problem[]): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (whole, variable: string) => {
      const found = env[variable];
      if (found === undefined) missing.push({ path, message: `the environment has no ${variable}` });
      return found ?? whole;
    });
  }
  if (Array.isArray(value)) return value.map((one, index) => substitute(one, env, [...path, index], missing));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, substitute(one, env, [...path, key], missing)]),
  );
}
