/** What somebody looks for, as the form holds it, and as the API is asked. */
import { needsCase } from '../recording/purposes';
import type { AccessPurpose, Question } from '../api/types';
import { hasDigits, typedNumber } from './number';
import { PERIODS, spanOf, type Period } from './period';

export interface Criteria {
  purpose: AccessPurpose;
  case: string;
  period: Period;
  from: string;
  to: string;
  team: string;
  agent: string;
  queue: string;
  number: string;
}

export type Flaw = 'number' | 'period' | 'case';

export const EMPTY: Criteria = {
  purpose: 'quality', case: '', period: 'week', from: '', to: '', team: '', agent: '', queue: '', number: '' };

/** The question, or what is wrong. `now`: the gateway's time. */
export function questionOf(criteria: Criteria, roles: readonly string[], now: number): Question | Flaw[] {
  const flaws: Flaw[] = [];
  const number = typedNumber(criteria.number);
  const span = spanOf(criteria.period, now, criteria.from, criteria.to);
  const given = criteria.case.trim();
  const caseNeeded = needsCase(criteria.purpose, roles);
  if (number !== '' && !hasDigits(number)) flaws.push('number');
  if (!span) flaws.push('period');
  if (caseNeeded && given === '') flaws.push('case');
  if (!span || flaws.length > 0) return flaws;
  return {
    purpose: criteria.purpose,
    ...span,
    ...(caseNeeded ? { case: given } : {}),
    ...(criteria.team === '' ? {} : { teams: [criteria.team] }),
    ...(criteria.agent.trim() === '' ? {} : { agent: criteria.agent.trim() }),
    ...(criteria.queue.trim() === '' ? {} : { queue: criteria.queue.trim() }),
    ...(number === '' ? {} : { number }),
  };
}

const PLACE = 'callvault.criteria';

/** Survives a sign-in in this tab. Numbers, cases and agents do not: they are about people. */
export function keep(criteria: Criteria): void {
  try {
    const { purpose, period, from, to, team, queue } = criteria;
    sessionStorage.setItem(PLACE, JSON.stringify({ purpose, period, from, to, team, queue }));
  } catch {
    // Then the form is empty next time.
  }
}

export function forget(): void {
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    // There is no storage: nothing is kept.
  }
}

export function kept(): Criteria {
  try {
    const said = JSON.parse(sessionStorage.getItem(PLACE) ?? '{}') as Partial<Criteria>;
    const period = PERIODS.find((one) => one === said.period) ?? EMPTY.period;
    return { ...EMPTY, ...said, period, case: '', number: '', agent: '' };
  } catch {
    return EMPTY;
  }
}
