import assert from 'node:assert/strict';
import test from 'node:test';

import { needsCase, purposesFor } from '../app/recording/purposes';
import { EMPTY, questionOf } from '../app/search/criteria';
import { hasDigits, lastOf, typedNumber } from '../app/search/number';
import { spanOf } from '../app/search/period';
import { pathOf, routeOf, timeOf } from '../app/state/route';

const NOON = new Date(2026, 10, 26, 12).getTime();
const local = (...parts: [number, number, number]) => new Date(...parts).toISOString();

test('a pasted number loses what nobody sees, and nothing else', () => {
  assert.equal(typedNumber(' \u202a+31\u00a020\u2011765\u202c '), '+31 20-765');
  assert.equal(typedNumber('tel:+31(0)20.765'), 'tel:+31(0)20.765');
  assert.ok(hasDigits('112'));
  assert.ok(!hasDigits('+ - ()'));
  assert.equal(lastOf('•••••••••567'), '567');
});

test('a period is whole days of the calendar, also where the clock changes', () => {
  assert.deepEqual(spanOf('today', NOON), { from: local(2026, 10, 26), to: local(2026, 10, 27) });
  assert.deepEqual(spanOf('yesterday', NOON), { from: local(2026, 10, 25), to: local(2026, 10, 26) });
  assert.deepEqual(spanOf('week', NOON), { from: local(2026, 10, 20), to: local(2026, 10, 27) });
  assert.deepEqual(spanOf('month', NOON), { from: local(2026, 9, 28), to: local(2026, 10, 27) });
  assert.deepEqual(spanOf('custom', NOON, '2026-10-24', '2026-10-25'), { from: local(2026, 9, 24), to: local(2026, 9, 26) });
  assert.deepEqual(spanOf('custom', NOON, '2026-11-01', ''), { from: local(2026, 10, 1), to: local(2026, 10, 27) });
  assert.equal(spanOf('custom', NOON, '2026-11-02', '2026-11-01'), undefined);
  assert.equal(spanOf('custom', NOON, 'yesterday', ''), undefined);
});

test('a question holds what was filled in, and says what is wrong', () => {
  const asked = questionOf({ ...EMPTY, period: 'today', number: ' 020 765 ', team: 'support', queue: ' q ' }, ['qa'], NOON);
  assert.deepEqual(asked, {
    purpose: 'quality', from: local(2026, 10, 26), to: local(2026, 10, 27), teams: ['support'], queue: 'q', number: '020 765' });
  assert.deepEqual(questionOf({ ...EMPTY, number: 'x', purpose: 'complaint' }, ['qa'], NOON), ['number', 'case']);
  assert.deepEqual(questionOf(EMPTY, ['privacy_officer'], NOON), ['case']);
});

test('purposes are those of the call, and rights are for the privacy officer', () => {
  assert.deepEqual(purposesFor(['qa'], { purposes: ['training'] } as never), ['training']);
  assert.ok(!purposesFor(['qa']).includes('legal_claim'));
  assert.ok(purposesFor(['privacy_officer'], { purposes: [] } as never).includes('subject_request'));
  assert.ok(!needsCase('quality', ['qa']));
  assert.ok(needsCase('complaint', ['supervisor']));
  assert.ok(needsCase('quality', ['privacy_officer']));
  assert.ok(!needsCase('quality', ['privacy_officer', 'qa']));
});

test('an address is an id and a time', () => {
  const id = 'a'.repeat(32);
  assert.deepEqual(routeOf('/', ''), { view: 'search' });
  assert.deepEqual(routeOf(`/recordings/${id}`, '#t=83'), { view: 'recording', id, at: 83 });
  assert.deepEqual(routeOf('/recordings/../x', ''), { view: 'nowhere' });
  assert.equal(timeOf('#t=1:23.5'), 83.5);
  for (const wrong of ['', '#t=', '#t=-1', '#t=1e9', '#t=NaN', '#x=1']) assert.equal(timeOf(wrong), undefined, wrong);
  assert.equal(pathOf(id, 83.04), `/recordings/${id}#t=83`);
  assert.equal(pathOf(id), `/recordings/${id}`);
});
