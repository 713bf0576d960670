/** From when to when a search looks, in days of the searcher's own wall calendar. */

export const PERIODS = ['today', 'yesterday', 'week', 'month', 'all', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

export interface Span {
  from: string;
  to: string;
}

const DAYS: Record<Exclude<Period, 'custom'>, [back: number, length: number]> = {
  today: [0, 1],
  yesterday: [1, 1],
  week: [6, 7],
  month: [29, 30],
  all: [184, 185],
};

/** Midnight of the day that lies `offset` days from the day of `now`. */
function midnight(now: number, offset: number): Date {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + offset);
}

/** Midnight at which a day of a date field begins. Nothing: not a day. */
function dayOf(text: string, offset: number): Date | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return undefined;
  const day = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + offset);
  return Number.isNaN(day.getTime()) ? undefined : day;
}

/**
 * `now`: the gateway's time. `first`, `last`: whole days, for "custom", both inclusive; an empty one is today.
 * Nothing: the period ends before it begins, or a day is none.
 */
export function spanOf(period: Period, now: number, first = '', last = ''): Span | undefined {
  if (period !== 'custom') {
    const [back, length] = DAYS[period];
    return { from: midnight(now, -back).toISOString(), to: midnight(now, length - back).toISOString() };
  }
  const from = first === '' ? midnight(now, 0) : dayOf(first, 0);
  const to = last === '' ? midnight(now, 1) : dayOf(last, 1);
  return from && to && from < to ? { from: from.toISOString(), to: to.toISOString() } : undefined;
}
