import type { Target } from '../api/roster.ts';
import type { TargetName } from './use-list.ts';

/** Why somebody is among a layer's people: "schedule primary, rotation weekly", "team soc" or "person" in names. */
export function becauseWords(because: string, nameOf: TargetName): string {
  const [text = '', source = ''] = because.split(', ');
  const target = targetIn(text);
  switch (target?.kind) {
    case 'schedule':
      return `on call in ${nameOf('schedule', target.id)}${source.startsWith('override') ? ', by an override' : ''}`;
    case 'team':
      return `of the team ${nameOf('team', target.id)}`;
    default:
      return text === 'person' || target ? 'by name' : text.replaceAll('-', ' ');
  }
}

/** Why a target, such as "schedule primary", gave nobody. */
export function gapWords(gap: string, nameOf: TargetName): string {
  const target = targetIn(gap);
  switch (target?.kind) {
    case 'schedule':
      return `Nobody is on call in ${nameOf('schedule', target.id)}.`;
    case 'team':
      return `Nobody of the team ${nameOf('team', target.id)} can be reached.`;
    case 'person':
      return `${nameOf('person', target.id)} cannot be reached: no contact method.`;
    default:
      return `${gap} gives nobody.`;
  }
}

function targetIn(text: string): Target | undefined {
  const [kind = '', id = ''] = text.split(' ');
  return id !== '' && (kind === 'person' || kind === 'team' || kind === 'schedule') ? { kind, id } : undefined;
}
