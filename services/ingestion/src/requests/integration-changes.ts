import type { IntegrationRow } from '../store/collections.ts';

export interface Change {
  kind: 'integration';
  id: string;
  action: 'create' | 'update' | 'delete';
  fields: string[];
}

const COMPARED = ['name', 'source', 'teamId', 'drill', 'keyHash', 'disabled'] as const;
/** As the contract calls them. */
const FIELD_NAMES: Record<(typeof COMPARED)[number], string> = {
  name: 'name',
  source: 'source',
  teamId: 'team_id',
  drill: 'drill',
  keyHash: 'key',
  disabled: 'disabled',
};

/** What makes `wanted` true where `present` is: integrations that are not wanted any more are disabled, never removed. */
export function integrationChanges(present: IntegrationRow[], wanted: IntegrationRow[]): Change[] {
  const before = new Map(present.map((row) => [row.id, row]));
  const kept = new Set(wanted.map((row) => row.id));
  const changes: Change[] = [];
  for (const row of wanted) {
    const old = before.get(row.id);
    if (!old) {
      changes.push({ kind: 'integration', id: row.id, action: 'create', fields: [] });
      continue;
    }
    const fields = COMPARED.filter((field) => old[field] !== row[field]).map((field) => FIELD_NAMES[field]);
    if (fields.length > 0) changes.push({ kind: 'integration', id: row.id, action: 'update', fields });
  }
  for (const row of present) {
    if (kept.has(row.id) || row.disabled) continue;
    changes.push({ kind: 'integration', id: row.id, action: 'delete', fields: [] });
  }
  return changes;
}
