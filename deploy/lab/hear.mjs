// Hears with Chromium: what comes out of a media element of the page, as a person would hear it.
//
//   node hear.mjs SPOKEN.json     {url, login, password, code, recording, at: [seconds], lasting: seconds, screenshot?}
//
// signs in at the page's provider, opens the call by its address, plays it and prints {duration, heard: [[left, right]...]},
// samples at 48 kHz from each moment on. CALLVAULT_WEB_PACKAGES: the folder with playwright-core (gateway/web/install_packages).
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export const RATE = 48000;

/** Chromium without a window and without sound to the outside. */
export function browser() {
  const packages = createRequire(path.join(process.env.CALLVAULT_WEB_PACKAGES, 'package.json'));
  return packages('playwright-core').chromium.launch({
    executablePath: process.env.CALLVAULT_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--mute-audio'] });
}

/** Opens a play of a recording once it is prepared, in a page that is signed in. */
export function openPlay(page, recording) {
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

/**
 * Seeks a media element of the page to each moment and gives what comes out first: so many seconds of both channels. What takes longer
 * than `patience` in ms at one step is an error that says how the element stands.
 */
export function heard(page, media, moments, lasting, patience = 60_000) {
  return page.evaluate(async ([address, seconds, rate, wanted, patience]) => {
    const element = new Audio(address);
    element.preload = 'auto';
    const context = new AudioContext({ sampleRate: rate });
    const tap = context.createScriptProcessor(1024, 2, 2);
    const source = context.createMediaElementSource(element);
    source.connect(tap);
    tap.connect(context.destination);
    // Listened for before anything is waited for: Firefox knows the file sooner than its sound is awake.
    const known = new Promise((resolve) => { element.onloadedmetadata = resolve; });
    const broken = new Promise((_, reject) => {
      element.onerror = () => reject(new Error(element.error?.message));
    });
    broken.catch(() => undefined); // it may break while nothing is waited for: the next step says so
    // What never comes is told, with how the element stood: a test that only ends by its time tells nothing.
    const within = (what, promise) => {
      let timer;
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => {
          const ranges = Array.from({ length: element.buffered.length }, (__, n) =>
            `${element.buffered.start(n).toFixed(2)}-${element.buffered.end(n).toFixed(2)}`);
          reject(new Error(`no ${what} in ${patience} ms: at ${element.currentTime}, ready ${element.readyState}, ` +
            `network ${element.networkState}, paused ${element.paused}, seeking ${element.seeking}, sound ${context.state}, ` +
            `buffered ${ranges.join(' ')}`));
        }, patience);
      });
      return Promise.race([promise, broken, late]).finally(() => clearTimeout(timer));
    };
    await within('sound output', context.resume());
    await within('metadata', known);
    const out = [];
    for (const second of seconds) {
      element.pause();
      element.currentTime = second;
      await within(`seek to ${second} s`, new Promise((resolve) => { element.onseeked = resolve; }));
      await new Promise((resolve) => setTimeout(resolve, 80)); // what was on its way has come out
      const got = [[], []];
      const done = new Promise((resolve) => {
        tap.onaudioprocess = ({ inputBuffer }) => {
          const lanes = [0, 1].map((lane) => inputBuffer.getChannelData(lane));
          // Both from the moment on at which one of them sounds: they stay beside each other.
          const starts = got[0].length > 0 ? [0] : lanes.map((lane) => lane.findIndex((value) => Math.abs(value) > 0.02)).filter((at) => at >= 0);
          if (starts.length === 0) return;
          lanes.forEach((lane, index) => got[index].push(...lane.subarray(Math.min(...starts))));
          if (got[0].length >= wanted) resolve();
        };
      });
      await within(`play at ${second} s`, element.play());
      await within(`sound at ${second} s`, done);
      tap.onaudioprocess = null;
      out.push(got.map((lane) => lane.slice(0, wanted)));
    }
    const { duration } = element;
    element.pause();
    element.removeAttribute('src');
    element.load();
    await context.close();
    return { duration, out };
  }, [media, moments, RATE, Math.round(RATE * lasting), patience]);
}

async function signInAndHear({ url, login, password, code, recording, at, lasting, screenshot }) {
  const chromium = await browser();
  try {
    const context = await chromium.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
    context.setDefaultTimeout(20_000);
    const complaints = [];
    context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    const page = await context.newPage();
    await page.goto(`${url}/recordings/${recording}`);
    await page.locator('a.primary').click();
    await page.getByLabel('Name').fill(login);
    await page.getByLabel('Password').fill(password);
    await page.locator('[name=otp]').fill(code);
    await page.keyboard.press('Enter');
    await page.locator('.why-prompt button[type=submit]').click();
    await page.locator('[data-open]').click(); // the page plays by itself
    await page.waitForFunction(() => Number(document.querySelector('.seek input')?.value) > 0.5);
    if (screenshot) await page.screenshot({ path: screenshot });
    await page.goto(`${url}/`); // its own play ends: the machine has this one ear only
    await page.locator('main h1').waitFor();
    const play = await openPlay(page, recording);
    const result = await heard(page, play.media, at, lasting);
    await page.evaluate((id) => fetch(`/v1/plays/${id}`, { method: 'DELETE' }), play.id);
    return { duration: result.duration, heard: result.out, complaints: complaints.filter((text) => !/Failed to load/.test(text)) };
  } finally {
    await chromium.close();
  }
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('/hear.mjs')) {
  console.log(JSON.stringify(await signInAndHear(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')))));
}
