import assert from 'node:assert/strict';
import test from 'node:test';

import { NoAnswer, Problem, problemFrom } from '../app/api/problem';
import { noteServerDate, serverNow } from '../app/api/clock';
import { canGoOn, reasonOfEnd, reasonOfFailure } from '../app/player/stop_reason';

const problem = (status: number, kind = 'x') => new Problem(status, kind, '', '');

test('why a play was not opened', () => {
  assert.equal(reasonOfFailure(problem(403, 'restricted')), 'restricted');
  assert.equal(reasonOfFailure(problem(403, 'denied')), 'denied');
  assert.equal(reasonOfFailure(problem(404)), 'gone');
  assert.equal(reasonOfFailure(problem(410)), 'gone');
  assert.equal(reasonOfFailure(problem(409)), 'unplayable');
  assert.equal(reasonOfFailure(problem(429)), 'too_many');
  assert.equal(reasonOfFailure(problem(500, 'corrupt')), 'corrupt');
  assert.equal(reasonOfFailure(problem(503)), 'unavailable');
  assert.equal(reasonOfFailure(new NoAnswer('')), 'unavailable');
});

test('a play that a gateway closed was lost, not stopped by the person', () => {
  assert.equal(reasonOfEnd('closed'), 'lease_lost');
  assert.equal(reasonOfEnd('gateway_lost'), 'lease_lost');
  assert.equal(reasonOfEnd(undefined), 'lease_lost');
  assert.equal(reasonOfEnd('idle'), 'idle');
  assert.ok(canGoOn('idle'));
  assert.ok(!canGoOn('restricted'));
  assert.ok(!canGoOn('gone'));
});

test('an answer that is no problem is told by its status', async () => {
  const page = await problemFrom(new Response('<h1>Bad gateway</h1>', { status: 502 }));
  assert.deepEqual([page.status, page.kind], [502, 'status-502']);
  const said = await problemFrom(new Response(JSON.stringify({
    type: 'urn:callvault:problem:insufficient-user-authentication', request_id: 'r' }), { status: 401 }));
  assert.ok(said.needsStepUp && !said.sessionOver);
  assert.ok(problem(401, 'session-over').sessionOver);
});

test('the gateway says what time it is', () => {
  noteServerDate('Thu, 01 Jan 2015 00:00:00 GMT');
  assert.ok(Math.abs(serverNow() - Date.parse('2015-01-01T00:00:00Z')) < 1000);
  noteServerDate(null);
  noteServerDate('nonsense');
  assert.ok(serverNow() < Date.parse('2015-01-01T00:01:00Z'));
});
