import type { Me } from '../api/types.ts';

export function isAdmin({ role }: Me): boolean {
  return role === 'admin' || role === 'owner';
}
