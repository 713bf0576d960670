import assert from 'node:assert/strict';
import test from 'node:test';

import { latestOnly } from '../app/player/latest_only';

/** Lets everything that waits for nothing run. */
const settled = () => new Promise((done) => setTimeout(done, 0));

test('one is acted on at a time, and of the others the latest', async () => {
  const acted: number[] = [];
  const ends: (() => void)[] = [];
  const say = latestOnly((value: number) => {
    acted.push(value);
    return new Promise<void>((done) => ends.push(done));
  });
  for (const value of [1, 2, 3, 4]) say(value);
  assert.deepEqual(acted, [1]);
  ends.shift()?.();
  await settled();
  assert.deepEqual(acted, [1, 4]);
  ends.shift()?.();
  await settled();
  assert.deepEqual(acted, [1, 4]);
  say(5);
  assert.deepEqual(acted, [1, 4, 5]);
});

test('one that fails keeps no other', async () => {
  const acted: number[] = [];
  const say = latestOnly(async (value: number) => {
    acted.push(value);
    throw new Error('no answer');
  });
  say(1);
  say(2);
  await settled();
  assert.deepEqual(acted, [1, 2]);
});
