// How long after a click the page sounds, and after a seek, on a slow line: against a plain media element at nginx.
//
//   node page.mjs SPOKEN.json     {nginx, trials, loads: [{name, recording, file, seconds}]} and what tests/web/drive.mjs reads
//
// prints {mbit_s, loads: {name: {callvault: {first: [ms], seek: [ms]}, nginx: ...}}}. The browser itself is told to be slow, in
// each tab. Judged by what leaves the page's audio graph: the calls hum low in even tens of seconds, high in odd ones.
import fs from 'node:fs';

import { signIn, site, stop, visitor } from '../web/drive.mjs';

const { nginx, trials, loads } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const BYTES_A_SECOND = 20e6 / 8;
const LINE = { offline: false, latency: 30, downloadThroughput: BYTES_A_SECOND, uploadThroughput: BYTES_A_SECOND };
const SEEKS = 2;

/** Runs in the page before its own scripts: an ear at the end of the audio graph. */
function listen() {
  const real = AudioNode.prototype.connect;
  const ear = { pitch: 'none', clicked: 0, waits: undefined };
  globalThis.ear = ear;
  // When the click was made, by the browser's own clock for both tabs.
  addEventListener('click', (event) => { ear.clicked = event.timeStamp; }, { capture: true });
  AudioNode.prototype.connect = function connect(to, ...more) {
    if (to === this.context.destination && !ear.tap) {
      ear.tap = this.context.createScriptProcessor(256, 2, 2);
      ear.tap.onaudioprocess = ({ inputBuffer }) => {
        const wave = inputBuffer.getChannelData(0);
        let crossings = 0;
        for (let at = 1; at < wave.length; ++at) crossings += wave[at] > 0 !== wave[at - 1] > 0 ? 1 : 0;
        ear.pitch = Math.max(...wave.map(Math.abs)) < 0.05 ? 'none' : crossings > 10 ? 'high' : 'low';
        if (ear.waits?.pitch === ear.pitch) ear.waits.done(performance.now());
      };
      real.call(this, ear.tap);
      real.call(ear.tap, to);
    }
    return real.call(this, to, ...more);
  };
  ear.hear = (pitch) => new Promise((done, never) => {
    ear.waits = { pitch, done };
    setTimeout(() => never(new Error(`no ${pitch} sound in 15 s: ${document.querySelector('main')?.innerText.slice(0, 300)}`)), 15_000);
  });
}

/** A tab on a slow line. */
async function tabOf(context) {
  const page = await context.newPage();
  const line = await context.newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', LINE);
  return page;
}

/** Clicks, and seeks so often: ms until each is heard. `seek` runs in the page. */
async function trial(page, number, seconds, button, seek) {
  const first = page.evaluate(() => globalThis.ear.hear('low').then((at) => at - globalThis.ear.clicked));
  await button.click();
  const times = { first: await first, seek: [] };
  for (let turn = 0; turn < SEEKS; ++turn) {
    // Places all over the call, high and low in turn: none was near the one before.
    const tens = Math.floor((((number * SEEKS + turn) * 0.618034) % 1) * (seconds / 20 - 2)) * 2 + (turn % 2 === 0 ? 1 : 2);
    await page.waitForTimeout(300);
    times.seek.push(await page.evaluate(async ([to, pitch, how]) => {
      const heard = globalThis.ear.hear(pitch);
      const begun = performance.now();
      (0, eval)(how)(to);
      return await heard - begun;
    }, [tens * 10 + 3.7, turn % 2 === 0 ? 'high' : 'low', seek]));
  }
  return times;
}

const slide = `(to) => {
  const slider = document.querySelector('.seek input');
  slider.value = to;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}`;
const set = '(to) => { globalThis.audio.currentTime = to; }';

/** What a media element really gets of a line that is told to be slow, in Mbit/s. */
async function lineOf(page, file) {
  await page.goto(`${nginx}/index.html#${file}`);
  const seconds = await page.evaluate((address) => new Promise((done) => {
    const audio = new Audio(address);
    const begun = performance.now();
    audio.preload = 'auto';
    audio.onprogress = () => {
      if (audio.buffered.length > 0 && audio.buffered.end(0) >= audio.duration - 0.1) done((performance.now() - begun) / 1000);
    };
  }), file);
  const { size } = await page.evaluate((address) => fetch(address, { method: 'HEAD' }).then((one) => ({ size: Number(one.headers.get('Content-Length')) })), file);
  return (size * 8) / 1e6 / seconds;
}

try {
  const out = { loads: {} };
  for (const { name, recording, file, seconds } of loads) {
    const { page, context } = await visitor();
    await context.addInitScript(listen);
    await signIn(page, 'alice', { fresh: true });
    const ours = await tabOf(context);
    const peer = await tabOf(context);
    out.mbit_s ??= await lineOf(peer, '/line.wav');
    const times = { callvault: { first: [], seek: [] }, nginx: { first: [], seek: [] } };
    const note = (who, { first, seek }) => {
      times[who].first.push(first);
      times[who].seek.push(...seek);
    };
    for (let number = 0; number < trials; ++number) {
      await ours.goto(`${site.url}/recordings/${site.recordings[recording]}`);
      await ours.locator('.why-prompt button[type=submit]').click();
      await ours.locator('[data-open]').waitFor();
      note('callvault', await trial(ours, number, seconds, ours.locator('[data-open]'), slide));
      await ours.goto('about:blank');
      await peer.goto(`${nginx}/index.html?${number}#${file}?${number}`); // a name of its own: nothing of it is kept yet
      note('nginx', await trial(peer, number, seconds, peer.locator('button'), set));
      await peer.goto('about:blank');
    }
    out.loads[name] = times;
    await context.close();
  }
  console.log(JSON.stringify(out));
} finally {
  await stop();
}
