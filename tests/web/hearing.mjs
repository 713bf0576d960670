// Seeking is exact: judged by what is heard. Each second of these calls has a sound of its own (deploy/lab/codecs.py).
// In Chromium, or in Firefox where CALLVAULT_BROWSER says so.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';

import { heard, openPlay, RATE } from '../../deploy/lab/hear.mjs';
import { signIn, site, stop, visitor } from './drive.mjs';
import { firefox, signInWithFirefox } from './firefox.mjs';

/** A signed-in page, and what ends it. */
async function inChromium() {
  const { page, context } = await visitor();
  await signIn(page, 'bram');
  return { page, leave: () => context.close() };
}

let fox;
async function inFirefox() {
  if (!fox) {
    fox = await firefox();
    await signInWithFirefox(fox.page, 'bram');
  }
  return { page: fox.page, leave: () => undefined };
}

const inFox = process.env.CALLVAULT_BROWSER === 'firefox';
const listener = inFox ? inFirefox : inChromium;
const PATIENCE = inFox ? 300_000 : 60_000; // ms; Firefox reads on until it is where it wants to be
after(() => Promise.all([stop(), fox?.close()]));

const soundLeft = (second) => 300 + 30 * (second % 20);
const soundRight = (second) => 1200 + 60 * (Math.floor(second / 20) % 32);

/** Of these frequencies the one that is loudest (Goertzel). */
function loudest(samples, frequencies) {
  let best = 0;
  let most = -1;
  for (const frequency of frequencies) {
    const turn = 2 * Math.cos((2 * Math.PI * frequency) / RATE);
    let [before, last] = [0, 0];
    for (const sample of samples) [before, last] = [last, sample + turn * last - before];
    const power = before * before + last * last - turn * before * last;
    if (power > most) [most, best] = [power, frequency];
  }
  return best;
}
const LEFT = Array.from({ length: 20 }, (_, n) => 300 + 30 * n);
const RIGHT = Array.from({ length: 32 }, (_, n) => 1200 + 60 * n);

async function seeksExactly(name, moments, duration) {
  const { page, leave } = await listener();
  const play = await openPlay(page, site.recordings[name]);
  const { duration: told, out } = await heard(page, play.media, moments, 0.1, PATIENCE);
  await page.evaluate((id) => fetch(`/v1/plays/${id}`, { method: 'DELETE' }), play.id);
  await leave();
  assert.ok(Math.abs(told - duration) < 0.2, `${name} lasts ${told} s`);
  moments.forEach((moment, index) => {
    const second = Math.floor(moment);
    const mono = name.includes('gsm');
    const where = `${name} at ${moment} s`;
    assert.equal(loudest(out[index][0], LEFT), soundLeft(second), `${where}, left`);
    assert.equal(loudest(out[index][mono ? 0 : 1], RIGHT), soundRight(second), `${where}, right`);
  });
}

// A twentieth of a second after a change, and a seventh before one: what is heard would be another sound if it were off by more.
const MOMENTS = [100.05, 7.05, 238.85, 61.5];
for (const name of Object.keys(site.recordings).filter((one) => one.startsWith('tones-'))) {
  test(`seeking is exact in ${name.slice(6)}`, () => seeksExactly(name, MOMENTS, 300));
}
test('seeking is exact in an hour of WAV', () => seeksExactly('hour-wav', [3500.05, 12.05, 1799.85], 3600));
test('seeking is exact in an hour of MP3', () => seeksExactly('hour-mp3', [3500.05, 12.05, 1799.85], 3600));
