import { itemOperations } from '../roster-items/item-operations.ts';
import { scheduleSchema } from './schedule-schema.ts';

export const schedules = itemOperations({
  kind: 'schedule',
  area: 'schedules',
  view: scheduleSchema,
  body: scheduleSchema,
  changes: 'admin',
});
