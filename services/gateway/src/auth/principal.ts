import type { Role } from './roles.ts';

/** Who asks: a signed-in user, or an API key. */
export type Principal = UserPrincipal | KeyPrincipal;

interface Someone {
  id: string;
  organisationId: string;
  role: Role;
}

export interface UserPrincipal extends Someone {
  kind: 'user';
  sessionId: string;
  /** When the user last proved who they are. */
  authenticatedAt: Date;
}

export interface KeyPrincipal extends Someone {
  kind: 'key';
  readOnly: boolean;
}

export function principalKey({ kind, id }: Pick<Principal, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}
