import type { Me } from '../api/types.ts';

/** Whether to offer what only admins may do; the server decides. */
export function isAdmin({ role }: Pick<Me, 'role'>): boolean {
  return role === 'admin' || role === 'owner';
}
