import assert from 'node:assert/strict';
import test from 'node:test';

import type { Facts } from '../app/api/types';
import { en } from '../app/i18n/en';
import { nl } from '../app/i18n/nl';
import { monthsUntil, ruleInWords } from '../app/recording/rule_in_words';

const call = (id: string, more: Partial<Facts> = {}) => ({
  started_at: '2026-11-03T13:05:00Z', received_at: '2026-12-24T13:05:00Z', purge_date: '2027-02-03', profile: 'NL',
  rule: { id, text: 'as the gateway says it' }, ...more }) as Facts;

/** Calendar months, clamped to the end of a shorter month, as policy does it. */
function addMonths(day: Date, months: number): string {
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 0)).getUTCDate();
  const date = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, Math.min(day.getUTCDate(), last)));
  return date.toISOString().slice(0, 10);
}

test('months are told from two dates, on every day of four years and in every zone', () => {
  for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2030, 0, 1); day += 86_400_000) {
    for (let months = 1; months <= 6; ++months) {
      const due = addMonths(new Date(day), months);
      for (const hours of [-12, 0, 38]) {  // the day begins half a day before that of UTC at the earliest
        assert.equal(monthsUntil(due, new Date(day + hours * 3_600_000).toISOString()), months, `${new Date(day)} + ${months}`);
      }
    }
  }
});

test('rules are said in the language of the page', () => {
  assert.equal(ruleInWords(call('retention.default'), nl.rule), 'standaard: 3 maanden vanaf de dag van het gesprek');
  assert.equal(ruleInWords(call('retention.default'), en.rule), 'default: 3 months from the day of the call');
  assert.equal(ruleInWords(call('retention.received', { purge_date: '2027-01-24' }), nl.rule), 'hoogstens 1 maand vanaf de dag van ontvangst');
  assert.equal(ruleInWords(call('retention.class', { retention_class: 'kort' }), nl.rule), 'klasse kort: 3 maanden vanaf de dag van het gesprek');
  assert.equal(ruleInWords(call('retention.from-tomorrow'), nl.rule), undefined);
  assert.equal(ruleInWords(call('toString'), nl.rule), undefined);
});
