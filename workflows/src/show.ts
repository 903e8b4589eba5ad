import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { type IncidentState, outline, severityOf } from '@tocsin/domain';
import { SEARCH_ATTRIBUTES } from '../contracts/index.ts';

/** The most that Temporal keeps as details is 20 kB. */
const LONGEST_OUTLINE = 19_000;

const severity = defineSearchAttributeKey(SEARCH_ATTRIBUTES.severity, 'KEYWORD');
const team = defineSearchAttributeKey(SEARCH_ATTRIBUTES.team, 'KEYWORD');
const status = defineSearchAttributeKey(SEARCH_ATTRIBUTES.state, 'KEYWORD');

/** What an operator sees: what it is doing now, what comes next, and the attributes that lists are filtered by. */
export function show(state: IncidentState, wakeAt: number | null, wakeReason: string): void {
  const next = wakeAt === null ? '' : `\n\nNext: ${wakeReason} at ${new Date(wakeAt).toISOString()}`;
  setCurrentDetails(outline(state).slice(0, LONGEST_OUTLINE) + next);
  const known = workflowInfo().typedSearchAttributes;
  const changed = [
    { key: severity, value: severityOf(state) },
    { key: team, value: state.teamId },
    { key: status, value: state.status },
  ].filter(({ key, value }) => value !== (known.get(key) ?? ''));
  if (changed.length > 0) upsertSearchAttributes(changed);
}
