import assert from 'node:assert/strict';
import test from 'node:test';

import type { Facts, Sound } from '../app/api/types';
import { en } from '../app/i18n/en';
import { formatsOf } from '../app/i18n/formats';
import { nl } from '../app/i18n/nl';
import { soundFindings, soundInWords } from '../app/recording/sound_in_words';

const fine = { silent: false, clipped: 0, level_db: -24 };
const silent = { silent: true, clipped: 0 };
const measured = (...channels: Sound['channels']): Sound => ({ coding: 'pcm_alaw', rate_hz: 8000, equal_channels: false, channels });
const call = (sound: Sound | undefined, channels: Facts['channels'] = ['customer', 'agent']) =>
  ({ duration_ms: 10_000, channels, sound }) as Facts;

test('of ordinary sound, and of sound not yet measured, nothing stands out', () => {
  assert.deepEqual(soundFindings(call(measured(fine, fine)), en.sound), []);
  assert.deepEqual(soundFindings(call(undefined), en.sound), []);
});

test('the side that is silent is named by its role', () => {
  assert.deepEqual(soundFindings(call(measured(fine, silent)), en.sound), [en.sound.silent.agent]);
  assert.deepEqual(soundFindings(call(measured(silent, fine)), nl.sound), [nl.sound.silent.customer]);
  assert.deepEqual(soundFindings(call(measured(silent, silent)), en.sound), [en.sound.allSilent]);
});

test('a side is clipped from one sample in a thousand on', () => {
  assert.deepEqual(soundFindings(call(measured({ ...fine, clipped: 79 }, fine)), en.sound), []);
  assert.deepEqual(soundFindings(call(measured({ ...fine, clipped: 80 }, fine)), en.sound), [en.sound.clipped.customer]);
  assert.deepEqual(soundFindings(call(measured({ ...fine, clipped: 80 }), ['mixed']), en.sound), [en.sound.allClipped]);
});

test('two sides that are the same are told, and clipped ones only once', () => {
  const same = { ...measured({ ...fine, clipped: 800 }, { ...fine, clipped: 800 }), equal_channels: true };
  assert.deepEqual(soundFindings(call(same), en.sound), [en.sound.equal, en.sound.allClipped]);
  assert.deepEqual(soundFindings(call({ ...measured(silent, silent), equal_channels: true }), en.sound), [en.sound.allSilent]);
});

test('how it was recorded is said in the words of the language', () => {
  assert.equal(soundInWords(call(measured(fine, silent)), en, formatsOf(en)), 'A-law, 8 kHz; mean level: Customer −24\u00a0dB, Agent silence');
  const wide = { ...measured(fine), coding: 'opus', rate_hz: 44_100 };
  assert.equal(soundInWords(call(wide, ['mixed']), nl, formatsOf(nl)), 'Opus, 44,1 kHz; gemiddeld niveau: Alle partijen −24\u00a0dB');
  assert.equal(soundInWords(call(undefined), en, formatsOf(en)), en.sound.notMeasured);
});
