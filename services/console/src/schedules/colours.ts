import type { Schedule, Shift } from '../api/roster.ts';

/** Red is kept for gaps. */
const COLOURS = ['blue', 'orange', 'teal', 'grape', 'yellow', 'indigo', 'lime', 'pink', 'cyan', 'violet', 'green'];

export type ColourOf = (personId: string) => string;

/** Colours that tell the people of a schedule apart: whoever takes turns first, so that a cover does not change anybody's. */
export function coloursOf({ rotations }: Pick<Schedule, 'rotations'>, shifts: readonly Shift[]): ColourOf {
  const ids = [...rotations.flatMap(({ memberIds }) => memberIds), ...shifts.map(({ person }) => person.id)];
  const order = [...new Set(ids)];
  return (personId) => COLOURS[Math.max(0, order.indexOf(personId)) % COLOURS.length]!;
}
