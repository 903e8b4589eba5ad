import { itemOperations } from '../roster-items/item-operations.ts';
import { policySchema } from './policy-schema.ts';

export const policies = itemOperations({
  kind: 'policy',
  area: 'policies',
  view: policySchema,
  body: policySchema,
  changes: 'admin',
});
