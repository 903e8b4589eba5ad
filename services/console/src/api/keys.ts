import type { Role } from './types.ts';

/** API keys as `GET /keys` gives them: to an admin all, to others their own. */
export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  readOnly: boolean;
  /** Acts as the person of who made it. */
  asPerson: boolean;
  createdBy: string;
  lastUsedAt: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
}

/** The one time that a key's secret is told. */
export interface NewApiKey {
  key: ApiKey;
  secret: string;
}
