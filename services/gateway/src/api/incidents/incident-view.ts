import type { Incident } from '@tocsin/proto/incident/v1';
import { z } from 'zod';
import { type Names, nameOf } from '../../directory/directory.ts';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';
import { instantOf } from '../instants.ts';
import { namedSchema, severitySchema, statusSchema } from './fields.ts';

const summaryFields = {
  id: z.string(),
  number: z.string(),
  title: z.string().describe('May be empty.'),
  severity: severitySchema,
  sourceSeverity: severitySchema.describe('The worst that its sources said.'),
  severitySetBy: namedSchema.nullable().describe('Whose word the severity is; null: the sources’.'),
  status: statusSchema,
  team: namedSchema.nullable(),
  owner: namedSchema.nullable().describe('Who has it.'),
  drill: z.boolean(),
  openedAt: instantSchema,
  acknowledgedAt: instantSchema.nullable().describe('Since when its owner has it.'),
  closedAt: instantSchema.nullable(),
  members: z.int().describe('What it is made of: how many things fire, or did.'),
  firing: z.int(),
  alerts: z.int().describe('Repeats included.'),
};

export const incidentSchema = named('Incident', z.object(summaryFields));
export const incidentFields = summaryFields;

export function incidentView(incident: Incident, names: Names): z.input<typeof incidentSchema> {
  const { id, number, title, drill, members, firing, alerts, teamId, ownerPersonId, severitySetByPersonId } = incident;
  return {
    id,
    number,
    title,
    severity: severitySchema.parse(incident.severity),
    sourceSeverity: severitySchema.parse(incident.sourceSeverity || incident.severity),
    severitySetBy: severitySetByPersonId === '' ? null : nameOf(names.people, severitySetByPersonId),
    status: statusSchema.parse(incident.status),
    team: teamId === '' ? null : nameOf(names.teams, teamId),
    owner: ownerPersonId === '' ? null : nameOf(names.people, ownerPersonId),
    drill,
    openedAt: instantOf(incident.openedAt) ?? '',
    acknowledgedAt: instantOf(incident.acknowledgedAt),
    closedAt: instantOf(incident.closedAt),
    members,
    firing,
    alerts: Number(alerts),
  };
}
