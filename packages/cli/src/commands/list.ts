import { alerts } from './alerts.ts';
import { accept, escalate, page, reject, resolve } from './answers.ts';
import type { Command } from './command.ts';
import { incidents } from './incidents.ts';
import { oncall } from './oncall.ts';
import { show } from './show.ts';
import { tail } from './tail.ts';

export const commands: readonly Command[] = [
  incidents,
  show,
  accept,
  reject,
  resolve,
  escalate,
  page,
  oncall,
  alerts,
  tail,
];
