/** Times, dates and lengths in the words and digits of a language. */
import type { Messages } from './messages';

export interface Formats {
  /** "Tue 3 Nov 2026, 14:05" */
  moment: (instant: string) => string;
  /** "Tue 3 Nov", and "14:05" */
  dayOf: (instant: string) => string;
  timeOf: (instant: string) => string;
  /** "3 Nov 14:05" */
  short: (instant: string) => string;
  /** "24 Feb 2027", of a plain date. */
  day: (date: string) => string;
  /** "1.25×" */
  speed: (speed: number) => string;
  /** "44.1" */
  number: (n: number) => string;
  /** "1 minute 23 seconds" */
  words: (seconds: number) => string;
}

/** "4:05", "1:04:05"; with tenths "4:05.3". */
export function clock(seconds: number, tenths = false): string {
  const all = Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
  const whole = Math.floor(all);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = `${two(whole % 60)}${tenths ? `.${Math.floor((all - whole) * 10)}` : ''}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** A length as it is said: parts that are zero are left out, unless all are. */
export function inWords(seconds: number, words: Messages['words']): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = whole % 60;
  const parts: string[] = [];
  if (hours > 0) parts.push(words.hours(hours));
  if (minutes > 0) parts.push(words.minutes(minutes));
  if (rest > 0 || parts.length === 0) parts.push(words.seconds(rest));
  return parts.join(' ');
}

/** Whole days from the day of `now` to a plain date, as the calendar on the wall counts them. */
export function daysUntil(date: string, now: number): number {
  const today = new Date(now);
  const midnight = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
  return Math.round((Date.parse(`${date}T00:00:00Z`) - midnight) / 86_400_000);
}

const made = new Map<string, Formats>();

export function formatsOf(m: Messages): Formats {
  const known = made.get(m.locale);
  if (known) return known;
  const date: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const long = new Intl.DateTimeFormat(m.locale, { weekday: 'short', ...date, ...time });
  const short = new Intl.DateTimeFormat(m.locale, { day: 'numeric', month: 'short', ...time });
  const weekday = new Intl.DateTimeFormat(m.locale, { weekday: 'short', day: 'numeric', month: 'short' });
  const hour = new Intl.DateTimeFormat(m.locale, time);
  const day = new Intl.DateTimeFormat(m.locale, { ...date, timeZone: 'UTC' });
  const number = new Intl.NumberFormat(m.locale, { maximumFractionDigits: 2 });
  const formats: Formats = {
    moment: (instant) => long.format(Date.parse(instant)),
    dayOf: (instant) => weekday.format(Date.parse(instant)),
    timeOf: (instant) => hour.format(Date.parse(instant)),
    short: (instant) => short.format(Date.parse(instant)),
    day: (plain) => day.format(Date.parse(`${plain}T00:00:00Z`)),
    number: (n) => number.format(n),
    speed: (speed) => `${number.format(speed)}×`,
    words: (seconds) => inWords(seconds, m.words),
  };
  made.set(m.locale, formats);
  return formats;
}
