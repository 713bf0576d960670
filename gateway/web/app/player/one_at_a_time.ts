/**
 * One tab plays at a time; the others pause and give their connection back. A browser has six connections to a gateway,
 * for all of its tabs, and a long call that is sent at the pace of listening holds one for minutes: six such tabs would
 * leave none for anything else.
 */
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('callvault.playing');

/** This tab plays now. */
export function claim(): void {
  tabs?.postMessage(0);
}

/** Calls when another tab plays; until the function it gives is called. */
export function whenClaimed(then: () => void): () => void {
  tabs?.addEventListener('message', then);
  return () => tabs?.removeEventListener('message', then);
}
