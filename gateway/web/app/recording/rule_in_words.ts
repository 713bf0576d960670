/** The rule that set a purge date, in the page's language. The gateway says it in English, and by id. */
import type { Facts } from '../api/types';

/** The rules that policy/retention knows. */
export type RuleId =
  | 'retention.default' | 'retention.class' | 'retention.profile' | 'retention.maximum' | 'retention.received'
  | 'retention.statutory-late';

/** What a rule's sentence may name. */
export interface RuleNames {
  months: number;
  profile: string;
  retentionClass: string;
}
export type RuleSentences = Record<RuleId, (names: RuleNames) => string>;

const DAYS_A_MONTH = 365.2425 / 12;
const DAY_MS = 86_400_000;

/**
 * Whole calendar months from an instant to a date: at most six, as retention is. The nearest number, because in which zone
 * the gateway's day began is not known here; a day more or less makes no other month of it.
 */
export const monthsUntil = (date: string, since: string): number =>
  Math.round((Date.parse(`${date}T00:00:00Z`) - Date.parse(since)) / DAY_MS / DAYS_A_MONTH);

/** Nothing: a rule that this page does not know. */
export function ruleInWords(facts: Facts, sentences: RuleSentences): string | undefined {
  const { id } = facts.rule;
  if (!Object.hasOwn(sentences, id)) return undefined;
  return sentences[id as RuleId]({
    months: monthsUntil(facts.purge_date, id === 'retention.received' ? facts.received_at : facts.started_at),
    profile: facts.profile,
    retentionClass: facts.retention_class ?? '',
  });
}
