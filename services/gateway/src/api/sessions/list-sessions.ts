import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import type { SessionRow } from '../../store/collections.ts';
import { idSchema, instantSchema } from '../fields.ts';

const sessionSchema = named(
  'Session',
  z.object({
    id: idSchema,
    method: z.enum(['password', 'passkey', 'oidc', 'link']),
    userAgent: z.string().describe('What the browser calls itself.'),
    createdAt: instantSchema,
    lastSeenAt: instantSchema.describe('To the minute.'),
    expiresAt: instantSchema.describe('When it ends unless it is used; 14 days after the sign-in at the latest.'),
    current: z.boolean().describe('Whether this is the session that asks.'),
  }),
);

export const listSessions = defineOperation({
  id: 'sessions.list',
  method: 'GET',
  path: '/me/sessions',
  summary: 'Where the user is signed in',
  role: 'observer',
  sessionOnly: true,
  responses: { 200: { description: 'Newest first.', body: z.object({ items: z.array(sessionSchema) }) } },
  async handle({ principal }, { sessions }) {
    const { id, sessionId } = ownSession(principal);
    const view = ({ id, method, userAgent, createdAt, lastSeenAt, expiresAt }: SessionRow) => ({
      id,
      method,
      userAgent,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      current: id === sessionId,
    });
    return { status: 200, body: { items: (await sessions.list(id)).map(view) } };
  },
});
