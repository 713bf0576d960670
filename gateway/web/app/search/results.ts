/** The running search of this tab: it outlives the look at a call, and is gone when the session is. */
import { search } from '../api/calls';
import { serverNow } from '../api/clock';
import { Problem } from '../api/problem';
import type { Facts, Question } from '../api/types';
import { wasTheSession } from '../session/session';
import { stepUpHere } from '../session/step_up';
import { Store } from '../state/store';
import { EMPTY, forget, keep, kept, questionOf, type Criteria, type Flaw } from './criteria';

export interface Results {
  criteria: Criteria;
  status: 'new' | 'running' | 'done' | 'failed';
  flaws: Flaw[];
  calls: Facts[];
  next: string | undefined;
  failure: unknown;
  /** The call that was opened last: the focus comes back to it. */
  opened: string | undefined;
}

const nothing = (criteria: Criteria): Results => ({
  criteria, status: 'new', flaws: [], calls: [], next: undefined, failure: undefined, opened: undefined });

export const results = new Store<Results>(nothing(EMPTY));

let question: Question | undefined;
let running: AbortController | undefined;

export function beginWithKept(): void {
  results.set(nothing(kept()));
}

export function change(criteria: Partial<Criteria>): void {
  results.update({ criteria: { ...results.get().criteria, ...criteria } });
}

/** At the end of a session: whatever was found or typed goes. */
export function dropResults(signedOut: boolean): void {
  running?.abort();
  question = undefined;
  if (signedOut) forget();
  results.set(nothing(kept()));
}

export function clear(): void {
  running?.abort();
  forget();
  results.set(nothing(EMPTY));
}

async function askFor(asked: Question, before: Facts[]): Promise<void> {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  results.update({ status: 'running', flaws: [], failure: undefined });
  try {
    const page = await search(asked, mine.signal);
    if (mine.signal.aborted) return;
    results.update({ status: 'done', calls: [...before, ...page.recordings], next: page.next });
  } catch (failure) {
    if (mine.signal.aborted || wasTheSession(failure)) return;
    if (failure instanceof Problem && failure.needsStepUp) return stepUpHere();
    results.update({ status: 'failed', failure });
  }
}

export async function find(roles: readonly string[]): Promise<void> {
  const { criteria } = results.get();
  const asked = questionOf(criteria, roles, serverNow());
  if (Array.isArray(asked)) {
    results.update({ flaws: asked });
    return;
  }
  keep(criteria);
  question = asked;
  results.update({ opened: undefined });
  await askFor(asked, []);
}

export async function findMore(): Promise<void> {
  const { next, calls } = results.get();
  if (question && next) await askFor({ ...question, after: next }, calls);
}

/** The calls before and after one of the results. */
export function neighboursOf(id: string): { newer: string | undefined; older: string | undefined } {
  const { calls } = results.get();
  const at = calls.findIndex((call) => call.id === id);
  return { newer: at > 0 ? calls[at - 1]?.id : undefined, older: at >= 0 ? calls[at + 1]?.id : undefined };
}
