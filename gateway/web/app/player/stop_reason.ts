/** Why the sound stopped; each has a sentence that tells the way on (messages, player.stopped). */
import { NoAnswer, Problem } from '../api/problem';
import type { PlayEnd } from '../api/types';

export type StopReason =
  | 'closed'
  | 'idle'
  | 'expired'
  | 'restricted'
  | 'gone'
  | 'revoked'
  | 'logged_out'
  | 'corrupt'
  | 'lease_lost'
  | 'line_lost'
  | 'media'
  | 'too_many'
  | 'unplayable'
  | 'denied'
  | 'unavailable';

/** After these the same person can open the call again, here and now. */
const AGAIN: readonly StopReason[] = [
  'closed', 'idle', 'revoked', 'lease_lost', 'media', 'too_many', 'denied', 'unavailable'];

/** Ends that are nobody's trouble. */
export const isOrdinary = (why: StopReason): boolean => why === 'closed' || why === 'idle';

export const canGoOn = (why: StopReason): boolean => AGAIN.includes(why);

/** Heard of a play that this page has not closed itself. */
export function reasonOfEnd(end: PlayEnd | undefined): StopReason {
  if (end === undefined || end === 'gateway_lost' || end === 'closed') return 'lease_lost';
  return end;
}

/** Why a play was not opened, or a look at a call failed. */
export function reasonOfFailure(failure: unknown): StopReason {
  if (failure instanceof NoAnswer || !(failure instanceof Problem)) return 'unavailable';
  if (failure.kind === 'restricted') return 'restricted';
  if (failure.kind === 'corrupt') return 'corrupt';
  switch (failure.status) {
    case 403:
      return 'denied';
    case 404:
    case 410:
      return 'gone';
    case 409:
      return 'unplayable';
    case 429:
      return 'too_many';
    default:
      return 'unavailable';
  }
}
