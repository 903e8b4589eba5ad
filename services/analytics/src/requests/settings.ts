import { InvalidInput } from '@tocsin/platform';
import type { Settings } from '@tocsin/proto/analytics/v1';
import { IANAZone } from 'luxon';
import { type ClockSettings, DEFAULT_CLOCK } from '../core/clock-settings.ts';
import type { Collections } from '../store/collections.ts';

export interface SettingsStore {
  /** An organisation's clock; the default where it was never set. */
  of(organisationId: string): Promise<ClockSettings>;
  set(organisationId: string, settings: ClockSettings): Promise<void>;
}

export function createSettings({ settings }: Collections): SettingsStore {
  return {
    async of(organisationId) {
      const found = await settings.findOne({ _id: organisationId }, { projection: { _id: 0 } });
      return found ?? DEFAULT_CLOCK;
    },
    async set(organisationId, wanted) {
      await settings.replaceOne({ _id: organisationId }, wanted, { upsert: true });
    },
  };
}

const DAY_MINUTES = 24 * 60;

/** @throws InvalidInput naming the field */
export function parseSettings(wire: Settings | undefined): ClockSettings {
  if (!wire) throw invalid('settings', 'must be given');
  const { timeZone, workFromMinute, workUntilMinute, workDays, nightFromMinute, nightUntilMinute } = wire;
  if (!IANAZone.isValidZone(timeZone)) throw invalid('settings.time_zone', 'is no IANA time zone');
  const minutes = { workFromMinute, workUntilMinute, nightFromMinute, nightUntilMinute };
  for (const [name, minute] of Object.entries(minutes)) {
    // Interruptions are kept by the quarter of an hour.
    if (minute < 0 || minute > DAY_MINUTES || minute % 15 !== 0)
      throw invalid(`settings.${snake(name)}`, 'is a quarter of an hour between 0 and 1440');
  }
  if (workUntilMinute <= workFromMinute) throw invalid('settings.work_until_minute', 'is after work_from_minute');
  if (nightFromMinute === nightUntilMinute) throw invalid('settings.night_until_minute', 'is not night_from_minute');
  if (workDays.length === 0 || !workDays.every((day) => day >= 1 && day <= 7))
    throw invalid('settings.work_days', 'names days from 1 (Monday) to 7');
  return { timeZone, ...minutes, workDays: [...new Set(workDays)].sort((a, b) => a - b) };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function invalid(field: string, message: string): InvalidInput {
  return new InvalidInput(message, { code: 'settings-invalid', field });
}
