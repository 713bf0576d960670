import assert from 'node:assert/strict';
import test from 'node:test';

import { readPeaks } from '../app/player/peaks';
import { readSilence, saved, skipTo } from '../app/player/silence';

interface Header { version?: number; flags?: number; rate?: number; perPoint?: number; length?: number; channels?: number }

function dat(pairs: number[], { version = 2, flags = 1, rate = 8000, perPoint = 400, length, channels = 2 }: Header = {}): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(24 + pairs.length));
  [version, flags, rate, perPoint, length ?? pairs.length / 2 / channels, channels]
    .forEach((value, index) => view.setInt32(index * 4, value, true));
  pairs.forEach((value, index) => view.setInt8(24 + index, value));
  return view.buffer;
}

test('peaks are read for each channel, as the larger swing of each point', () => {
  const peaks = readPeaks(dat([-64, 32, 0, 0, -1, 127, -128, 5]));
  assert.ok(peaks);
  assert.equal(peaks.pointsPerSecond, 20);
  assert.equal(peaks.seconds, 0.1);
  assert.deepEqual(peaks.channels.map((channel) => [...channel]), [[0.5, 127 / 128], [0, 1]]);
});

test('what is no such file, or shorter than it says, is none', () => {
  assert.equal(readPeaks(new ArrayBuffer(0)), undefined);
  assert.equal(readPeaks(new ArrayBuffer(23)), undefined);
  const pairs = [1, 2, 3, 4];
  for (const wrong of [{ version: 1 }, { flags: 0 }, { rate: 0 }, { perPoint: -1 }, { channels: 0 }, { channels: 9 }, { length: 0 }, { length: 2 }, { length: -1 }]) {
    assert.equal(readPeaks(dat(pairs, wrong)), undefined, JSON.stringify(wrong));
  }
});

test('silence is read in order, and whatever is none is left out', () => {
  const said = { silence: [[5000, 9000], [0, 1000], [3, 2], ['a', 4], 7, [1], [-1, 5]] };
  assert.deepEqual(readSilence(said), [{ from: 0, to: 1 }, { from: 5, to: 9 }]);
  for (const wrong of [null, undefined, {}, { silence: 'x' }, []]) assert.deepEqual(readSilence(wrong), []);
});

test('only long silences are skipped, with a breath before and after', () => {
  const silence = [{ from: 0, to: 1 }, { from: 5, to: 9 }];
  assert.equal(skipTo(0.5, silence), undefined);
  assert.equal(skipTo(5.1, silence), undefined);
  assert.equal(skipTo(5.3, silence), 8.75);
  assert.equal(skipTo(8.75, silence), undefined);
  assert.equal(skipTo(12, silence), undefined);
  assert.equal(saved(silence), 3.5);
});
