import { InvalidInput, type TocsinError } from '../errors/errors.ts';
import { readCredentials } from './credentials.ts';
import { diagnoseConnection } from './diagnose.ts';
import { openConnection } from './open.ts';
import type { TemporalSecurity } from './security.ts';

const WITHIN_MS = 3_000;
/** gRPC `PERMISSION_DENIED` and `UNAUTHENTICATED`. */
const NO_RIGHT = 7;
const UNKNOWN_TO_IT = 16;

/**
 * Why Temporal does not take us, in one sentence that names the setting: `InvalidInput` where waiting mends nothing, `Unavailable`
 * where it may. Undefined where nothing is wrong with the connection.
 */
export async function explainTemporal(
  address: string,
  security: TemporalSecurity = {},
): Promise<TocsinError | undefined> {
  const credentials = await readCredentials(security);
  const refused = await diagnoseConnection(address, credentials);
  if (refused) return refused;
  const connection = await openConnection(address, credentials);
  try {
    await connection.withDeadline(Date.now() + WITHIN_MS, () => connection.workflowService.getSystemInfo({}));
    return undefined;
  } catch (error) {
    const { code, details } = error as { code?: number; details?: string };
    if (code !== UNKNOWN_TO_IT && code !== NO_RIGHT) return undefined;
    const field = security.apiKey && 'path' in security.apiKey ? 'TEMPORAL_API_KEY_PATH' : 'TEMPORAL_API_KEY';
    const what = security.apiKey ? 'does not take this key' : 'asks for a key, and this is not set';
    const message = `${field}: Temporal at ${address} ${what} (${details})`;
    return new InvalidInput(message, { code: 'temporal-refuses', field, cause: error });
  } finally {
    await connection.close();
  }
}
