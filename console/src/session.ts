// Who is signed in. The key lives in this page's memory alone: closing or loading it anew forgets it.

import { store, useStore } from './store';
import type { Key } from './wire/key';

const session = store<Key | undefined>(undefined);
/** Whether a view that works without a key has asked for one. */
const asking = store(false);

export const useKey = () => useStore(session);
export const useAsking = () => useStore(asking);
export const askForKey = (ask: boolean) => asking.set(ask);
export function signIn(key: Key): void {
  session.set(key);
  asking.set(false);
}
export const signOut = () => session.set(undefined);
