import assert from 'node:assert/strict';
import test from 'node:test';

import { en } from '../app/i18n/en';
import { clock, daysUntil, formatsOf, inWords } from '../app/i18n/formats';
import { nl } from '../app/i18n/nl';
import { laneNames } from '../app/player/lane_names';
import { rulerStep } from '../app/player/ruler_step';

test('times are said in words', () => {
  assert.equal(inWords(0, en.words), '0 seconds');
  assert.equal(inWords(1, en.words), '1 second');
  assert.equal(inWords(83.9, en.words), '1 minute 23 seconds');
  assert.equal(inWords(3600, en.words), '1 hour');
  assert.equal(inWords(7261, en.words), '2 hours 1 minute 1 second');
  assert.equal(inWords(83, nl.words), '1 minuut 23 seconden');
  assert.equal(inWords(Number.NaN, nl.words), '0 seconden');
});

test('times are written like a clock', () => {
  assert.equal(clock(0), '0:00');
  assert.equal(clock(83.94, true), '1:23.9');
  assert.equal(clock(3605), '1:00:05');
  assert.equal(clock(-1), '0:00');
  assert.equal(clock(Number.POSITIVE_INFINITY), '0:00');
});

test('days until a purge are days of the calendar', () => {
  const evening = new Date(2026, 10, 26, 23, 59).getTime();
  assert.equal(daysUntil('2026-11-26', evening), 0);
  assert.equal(daysUntil('2026-11-27', evening), 1);
  assert.equal(daysUntil('2027-02-26', evening), 92);
});

/** Every path to a message, with what stands there. */
function entries(of: object, path = ''): [string, unknown][] {
  return Object.entries(of).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? entries(value as object, `${path}${key}.`) : [[path + key, value] as [string, unknown]]);
}

test('every message stands in every language, and none is empty or left in English', () => {
  const english = new Map(entries(en));
  const dutch = new Map(entries(nl));
  assert.deepEqual([...dutch.keys()].sort(), [...english.keys()].sort());
  const same = ['purpose.training', 'search.team', 'facts.team', 'search.idFormat', 'shell.roles.auditor'];
  for (const [key, value] of english) {
    const other = dutch.get(key);
    assert.equal(typeof other, typeof value, key);
    if (typeof value === 'string') {
      assert.notEqual(value.trim(), '', key);
      if (!same.includes(key)) assert.notEqual(other, value, key);
      assert.doesNotMatch(value, /[<>]/, key);
    }
  }
});

test('each reason why the sound stopped has a sentence', () => {
  for (const language of [en, nl]) {
    for (const [why, sentence] of Object.entries(language.player.stopped)) assert.match(sentence, /\.$/, why);
  }
});

test('lanes are named from the roles, and two of one role are told apart', () => {
  assert.deepEqual(laneNames(['customer', 'agent'], en.player.lane), ['Customer', 'Agent']);
  assert.deepEqual(laneNames(['agent', 'other', 'other'], en.player.lane), ['Agent', 'Other 1', 'Other 2']);
});

test('a ruler has about ten lines', () => {
  for (const seconds of [5, 27, 240, 3600, 20_000]) {
    const lines = seconds / rulerStep(seconds);
    assert.ok(lines <= 12 && lines >= 3, `${lines} lines for ${seconds} s`);
  }
});

test('dates are in the words of the language', () => {
  assert.equal(formatsOf(en).day('2027-02-24'), '24 Feb 2027');
  assert.equal(formatsOf(nl).day('2027-02-24'), '24 feb 2027');
  assert.equal(formatsOf(nl).speed(1.25), '1,25×');
});
