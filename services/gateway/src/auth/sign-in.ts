import { Unauthenticated } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import type { Deps } from '../deps.ts';
import type { Call, SetCookie } from '../operations/operation.ts';
import type { SignInMethod, UserRow } from '../store/collections.ts';

const DEVICE_SECONDS = 180 * 24 * 3_600;

type SignInCall = Pick<Call<'public'>, 'audit' | 'caller'>;

/** What else becomes true by the sign-in, in the same transaction; resolves with the fields that changed, throws where it cannot be. */
export type AlongWith = (tx: ClientSession, now: UserRow) => Promise<string[]>;

/** Opens a session for a user who has proved who they are, writes that down, and marks the device as known. */
export async function signIn(
  { audit, caller }: SignInCall,
  deps: Pick<Deps, 'users' | 'sessions' | 'throttle'>,
  user: UserRow,
  method: SignInMethod,
  alongWith: AlongWith = async () => [],
): Promise<SetCookie[]> {
  const actor = { kind: 'user', id: user._id, role: user.role } as const;
  const session = await audit.change(
    async (tx) => {
      const now = await deps.users.byId(user._id, tx);
      if (!now || now.status === 'disabled') throw wrongCredentials();
      const fields = await alongWith(tx, now);
      const result = await deps.sessions.open(now, { method, userAgent: caller.userAgent }, tx);
      return { result, said: { target: { kind: 'user', id: user._id }, fields: [...fields, 'sessions'] } };
    },
    { actor, organisationId: user.organisationId },
  );
  const device = deps.throttle.deviceCookie(user.emailIndex);
  return [session, { name: 'device', value: device, maxAgeSeconds: DEVICE_SECONDS }];
}

/** The same for every reason, so that nobody learns who has an account. */
export function wrongCredentials(): Unauthenticated {
  return new Unauthenticated('the mail address or the password is wrong', { code: 'credentials-wrong' });
}
