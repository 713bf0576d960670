/** Who is signed in, in this tab; and the ways in and out. */
import { viewSession } from '../api/calls';
import { serverNow } from '../api/clock';
import { Problem } from '../api/problem';
import { lastUsed } from '../api/request';
import type { Session } from '../api/types';
import { Store } from '../state/store';

/** Why nobody is signed in: nobody was; the session ended by itself; somebody signed out, here or in another tab. */
export type WhyOut = 'nobody' | 'over' | 'signed_out';

export type Presence =
  | { state: 'asking' }
  | { state: 'in'; session: Session }
  | { state: 'out'; why: WhyOut }
  | { state: 'no_answer' };

/** A session ends after 15 minutes without a request; a little later we look, which cannot prolong it any more. */
const IDLE_MS = 15 * 60_000 + 5_000;
const LOOK_MS = 20_000;

export const presence = new Store<Presence>({ state: 'asking' });
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('callvault');

/** Asks who is signed in. */
export async function lookWhoIsHere(): Promise<void> {
  try {
    presence.set({ state: 'in', session: await viewSession() });
  } catch (failed) {
    if (failed instanceof Problem && failed.sessionOver) {
      sessionIsOver();
    } else if (presence.get().state !== 'in') {
      presence.set({ state: 'no_answer' });
    }
  }
}

/** What was on the page goes; `why` says what stands there instead. */
export function leave(why: WhyOut): void {
  if (presence.get().state === 'out') return;
  presence.set({ state: 'out', why });
}

/** The gateway said that nobody is signed in. */
export function sessionIsOver(): void {
  leave(presence.get().state === 'in' ? 'over' : 'nobody');
}

/** Tells a failed request from an ended session. True: it was the session, and the page has changed already. */
export function wasTheSession(failed: unknown): boolean {
  if (!(failed instanceof Problem) || !failed.sessionOver) return false;
  sessionIsOver();
  return true;
}

/** Called when the form that signs out is being sent: this tab and all others fall silent at once. The form must stay in
 * the page until it has been sent. */
export function signingOut(): void {
  tabs?.postMessage('signed_out');
  setTimeout(() => leave('signed_out'));
}

export function watchSession(): void {
  tabs?.addEventListener('message', (event) => {
    if (event.data === 'signed_out') leave('signed_out');
    else if (event.data === 'signed_in' && presence.get().state === 'out') void lookWhoIsHere();
  });
  // A page that the back button took out of a cache shows nothing before it has asked again.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    presence.set({ state: 'asking' });
    void lookWhoIsHere();
  });
  setInterval(() => {
    const now = presence.get();
    if (now.state !== 'in') return;
    const ends = Date.parse(now.session.expires_at ?? '');
    const idle = performance.now() - lastUsed() > IDLE_MS;
    if (idle || serverNow() >= ends) void lookWhoIsHere();
  }, LOOK_MS);
  void lookWhoIsHere().then(() => {
    if (presence.get().state === 'in') tabs?.postMessage('signed_in');
  });
}

/** The address where a sign-in begins, and where it leads back to. */
export function signInPath(back: string, stepUp = false): string {
  return `/auth/sign-in?return=${encodeURIComponent(back)}${stepUp ? '&step_up=1' : ''}`;
}

/** The address of what is shown now. */
export function hereAndNow(): string {
  return location.pathname + location.hash;
}
