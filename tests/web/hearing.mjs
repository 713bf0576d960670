// Seeking is exact: judged by what is heard. Each second of these calls has a sound of its own (deploy/lab/codecs.py).
import assert from 'node:assert/strict';
import test, { after } from 'node:test';

import { signIn, site, stop, visitor } from './drive.mjs';

after(stop);

const soundLeft = (second) => 300 + 30 * (second % 20);
const soundRight = (second) => 1200 + 60 * (Math.floor(second / 20) % 32);

/** Opens a play, once the call is prepared; its media address and a way to close it. */
async function opened(page, recording) {
  return page.evaluate(async (id) => {
    for (let tries = 0; tries < 240; tries += 1) {
      const answer = await fetch(`/v1/recordings/${id}/plays`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"purpose":"quality"}' });
      if (answer.status === 201) return answer.json();
      if (answer.status !== 409) throw new Error(`${answer.status} ${await answer.text()}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error('it was never prepared');
  }, recording);
}

/** Seeks a media element of the page to each moment and gives what then comes out first: 100 ms of both channels. */
function heard(page, media, moments) {
  return page.evaluate(async ([address, seconds]) => {
    const element = new Audio(address);
    element.preload = 'auto';
    const context = new AudioContext({ sampleRate: 48000 });
    const tap = context.createScriptProcessor(1024, 2, 2);
    const source = context.createMediaElementSource(element);
    source.connect(tap);
    tap.connect(context.destination);
    await context.resume();
    await new Promise((resolve, reject) => {
      element.onloadedmetadata = resolve;
      element.onerror = () => reject(new Error(element.error?.message));
    });
    const wanted = 4800;
    const out = [];
    for (const second of seconds) {
      element.pause();
      element.currentTime = second;
      await new Promise((resolve) => { element.onseeked = resolve; });
      await new Promise((resolve) => setTimeout(resolve, 80)); // what was on its way has come out
      const got = [[], []];
      const done = new Promise((resolve) => {
        tap.onaudioprocess = ({ inputBuffer }) => {
          for (const lane of [0, 1]) {
            const samples = inputBuffer.getChannelData(lane);
            const from = got[lane].length === 0 ? samples.findIndex((value) => Math.abs(value) > 0.02) : 0;
            if (from >= 0) got[lane].push(...samples.subarray(from));
          }
          if (got[0].length >= wanted && got[1].length >= wanted) resolve();
        };
      });
      await element.play();
      await done;
      tap.onaudioprocess = null;
      out.push(got.map((lane) => lane.slice(0, wanted)));
    }
    const duration = element.duration;
    element.pause();
    element.removeAttribute('src');
    element.load();
    await context.close();
    return { duration, out };
  }, [media, moments]);
}

/** Of these frequencies the one that is loudest (Goertzel). */
function loudest(samples, frequencies) {
  let best = 0;
  let most = -1;
  for (const frequency of frequencies) {
    const turn = 2 * Math.cos((2 * Math.PI * frequency) / 48000);
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
  const { page, context } = await visitor();
  await signIn(page, 'bram');
  const play = await opened(page, site.recordings[name]);
  const { duration: told, out } = await heard(page, play.media, moments);
  await page.evaluate((id) => fetch(`/v1/plays/${id}`, { method: 'DELETE' }), play.id);
  await context.close();
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
