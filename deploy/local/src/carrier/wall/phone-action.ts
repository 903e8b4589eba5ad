import { z } from 'zod';
import type { PhoneApp } from '../handset.ts';
import { type Phone, PhoneError } from '../phone.ts';

const callSid = z
  .string()
  .regex(/^CA[0-9a-f]{32}$/)
  .optional();
const bodies = {
  answer: z.strictObject({ callSid }),
  press: z.strictObject({ digit: z.string().regex(/^[0-9*#]$/), callSid }),
  'hang-up': z.strictObject({ callSid }),
  reply: z.strictObject({ text: z.string().trim().min(1).max(1600), to: z.string().optional() }),
  tap: z.strictObject({ app: z.string().min(1), message: z.string().min(1), action: z.string().min(1) }),
};

export type PhoneAction =
  | ({ name: 'answer' } & z.infer<typeof bodies.answer>)
  | ({ name: 'press' } & z.infer<typeof bodies.press>)
  | ({ name: 'hang-up' } & z.infer<(typeof bodies)['hang-up']>)
  | ({ name: 'reply' } & z.infer<typeof bodies.reply>)
  | ({ name: 'tap' } & z.infer<typeof bodies.tap>);

/** @throws PhoneError that names each field that is wrong */
export function parseAction(name: string, body: string): PhoneAction {
  const schema = bodies[name as keyof typeof bodies];
  const result = schema.safeParse(parseJson(body));
  if (!result.success) throw new PhoneError('wrong', z.prettifyError(result.error));
  return { name, ...result.data } as PhoneAction;
}

/** Does what was asked; what the call or the customer says to it is told by the wall's events. */
export async function performAction(
  phone: () => Phone,
  apps: ReadonlyMap<string, PhoneApp>,
  action: PhoneAction,
): Promise<object> {
  switch (action.name) {
    case 'answer':
      return { callSid: (await phone().answer(action.callSid)).sid };
    case 'press':
      return { heard: await phone().press(action.digit, action.callSid) };
    case 'hang-up':
      await phone().hangUp(action.callSid);
      return {};
    case 'reply':
      return phone().reply(action.text, action.to);
    case 'tap':
      return { taken: await tap(apps.get(action.app), action) };
    default:
      return action satisfies never;
  }
}

async function tap(app: PhoneApp | undefined, { message, action }: z.infer<typeof bodies.tap>): Promise<boolean> {
  try {
    if (app) return await app.press(message, action);
  } catch {
    throw new PhoneError('busy', 'There is no such button any more.');
  }
  throw new PhoneError('wrong', 'The phone has no such app.');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new PhoneError('wrong', 'the body is not JSON');
  }
}
