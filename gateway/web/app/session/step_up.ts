/**
 * A fresh second factor: the person goes through the sign-in once more and comes back to the same place.
 *
 * What they were about to do waits in this tab's session storage: which recording, for what everyday purpose, at which
 * second. Never a number, and never a case.
 */
import type { AccessPurpose } from '../api/types';
import { pathOf } from '../state/route';
import { signInPath } from './session';

export interface Intention {
  recording: string;
  purpose: AccessPurpose;
  seconds: number;
  /** To play it, not only to see it. */
  play: boolean;
}

const PLACE = 'callvault.intention';

export function stepUp(intention: Intention): void {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(intention));
  } catch {
    // Without it the person chooses the purpose again.
  }
  location.assign(signInPath(pathOf(intention.recording, intention.seconds), true));
}

/** For what is not about one recording. */
export function stepUpHere(): void {
  location.assign(signInPath(location.pathname + location.hash, true));
}

let waiting: Intention | undefined;
let looked = false;

/** The intention that this page was loaded with, if it is about this recording. */
export function peekIntention(recording: string): Intention | undefined {
  if (!looked) {
    looked = true;
    try {
      waiting = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null') as Intention | undefined;
      sessionStorage.removeItem(PLACE);
    } catch {
      waiting = undefined;
    }
  }
  return waiting?.recording === recording ? waiting : undefined;
}

/** The same; it counts once. */
export function takeIntention(recording: string): Intention | undefined {
  const found = peekIntention(recording);
  waiting = undefined;
  return found;
}
