import type { MessageInitShape } from '@bufbuild/protobuf';
import type { NotificationKey, NotificationKind } from '@tocsin/domain';
import type { Client } from '@tocsin/platform';
import { type Incidents, WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import type { WordsSchema } from '@tocsin/proto/notifier/v1';
import { ACTIVITY_TIMES } from '../../contracts/index.ts';
import { keyTo } from './to-proto.ts';

/** A provider request may start this long after the words were asked for: an answer stored before that is always seen. */
const WORDS_ARE_FRESH_MS = 250;

export type Words = Omit<MessageInitShape<typeof WordsSchema>, '$typeName' | '$unknown'>;
export type Spoken = { state: 'go'; words: Words; goUntil: number } | { state: 'held' | 'silent' | 'over' };

/**
 * Asks `incidents` for the words of one notification. Only its unbroken silence of `patienceMs` lets generic words go: whoever
 * was heard in between may have stored an answer, and no page goes after that.
 */
export function createAskWords(incidents: Client<typeof Incidents>, patienceMs: number) {
  let silentSince: number | null = null;
  return async (key: NotificationKey, organisationId: string): Promise<Spoken> => {
    const askedAt = Date.now();
    try {
      const { state, words } = await incidents.words(
        { key: keyTo(key, organisationId) },
        { timeoutMs: ACTIVITY_TIMES.page.words },
      );
      silentSince = null;
      if (state === State.OVER) return { state: 'over' };
      if (state === State.GO) return { state: 'go', words: words ?? {}, goUntil: askedAt + WORDS_ARE_FRESH_MS };
      return { state: 'held' };
    } catch {
      // Whatever is wrong there, it is silence here: a page too many beats no page.
      silentSince ??= askedAt;
      if (Date.now() - silentSince < patienceMs) return { state: 'silent' };
      return { state: 'go', words: {}, goUntil: Date.now() + WORDS_ARE_FRESH_MS };
    }
  };
}

/** Adds what the plan says. Who has it is the plan's to say too: the read model may be a moment behind. */
export function withNote(words: Words, kind: NotificationKind, note: string): Words {
  return kind === 'taken' ? { ...words, ownerPersonId: note } : { ...words, note };
}
