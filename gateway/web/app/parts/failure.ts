import { NoAnswer, Problem } from '../api/problem';
import type { Messages } from '../i18n/messages';

/** What to tell somebody about a request that failed. */
export function sentenceOf(failure: unknown, m: Messages): string {
  if (failure instanceof NoAnswer) return m.failed.noAnswer;
  if (failure instanceof Problem) {
    if (failure.needsStepUp) return m.failed.stepUp;
    if (failure.status === 429 || failure.status >= 502) return m.failed.busy;
    return m.failed.other(failure.requestId);
  }
  return m.failed.other('');
}
