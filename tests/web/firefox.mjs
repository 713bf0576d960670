// Firefox as distributions ship it, without a window, by WebDriver BiDi: only what hearing.mjs asks of a page. (Playwright knows a
// Firefox of its own, and of others only versions with commands that Debian's lacks.)
//
// CALLVAULT_FIREFOX: the program. It gets a profile of its own, which goes with it, and a PulseAudio server that nobody hears:
// without one its sound stands still, where Chromium's goes nowhere.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { oneTimeCode, site } from './drive.mjs';

const PATIENCE_MS = 60_000;
/** Sound without a click before it, nothing fetched that was not asked for. */
const LIKINGS = {
  'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0,
  'browser.shell.checkDefaultBrowser': false, 'datareporting.policy.dataSubmissionEnabled': false, 'app.update.enabled': false,
  'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false,
  'browser.aboutwelcome.enabled': false };

const later = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** The commands of one browser: `send(method, parameters)` gives the result or throws what the browser says. */
async function wire(address) {
  const socket = new WebSocket(`${address}/session`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`nobody answers at ${address}`));
  });
  const waiting = new Map();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, type, result, error, message } = JSON.parse(data);
    const one = waiting.get(id);
    waiting.delete(id);
    if (type === 'success') one?.resolve(result);
    else if (type === 'error') one?.reject(new Error(`${error}: ${message}`));
  };
  socket.onclose = () => waiting.forEach((one) => one.reject(new Error('Firefox has ended')));
  return (method, params) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
}

/** A sound server whose sound goes nowhere: its socket, in that folder, once it is there. */
async function silentEars(folder) {
  const socket = path.join(folder, 'sound');
  const program = spawn('pulseaudio', ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--disable-shm=yes',
    '-L', 'module-null-sink rate=48000', '-L', `module-native-protocol-unix socket=${socket} auth-anonymous=1`],
  { stdio: 'ignore', env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder } });
  const ended = new Promise((resolve) => { program.on('close', resolve).on('error', resolve); });
  for (const end = Date.now() + 10_000; !fs.existsSync(socket); await later(50)) {
    if (Date.now() > end || program.exitCode !== null) throw new Error('pulseaudio does not start');
  }
  return { socket, close: () => (program.kill(), ended) };
}

/** Starts it; `page` has the two functions that hearing takes of Playwright's, with the same meaning. */
export async function firefox() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'callvault-firefox-'));
  const lines = Object.entries(LIKINGS).map(([name, value]) => `user_pref("${name}", ${value});\n`);
  fs.writeFileSync(path.join(profile, 'user.js'), lines.join(''));
  const ears = await silentEars(profile);
  const program = spawn(process.env.CALLVAULT_FIREFOX, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PULSE_SERVER: `unix:${ears.socket}` } });
  const ended = new Promise((resolve) => { program.on('exit', resolve); });
  const close = async () => {
    program.kill();
    await ended;
    await ears.close();
    fs.rmSync(profile, { recursive: true, force: true });
  };
  try {
    let said = '';
    const address = await new Promise((resolve, reject) => {
      program.stderr.on('data', (bytes) => {
        said += bytes;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
        if (found) resolve(found[1]);
      });
      ended.then(() => reject(new Error(`Firefox did not start: ${said.slice(-500)}`)));
      setTimeout(() => reject(new Error('Firefox did not start in time')), PATIENCE_MS).unref();
    });
    const send = await wire(address);
    await send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
    const { context } = await send('browsingContext.create', { type: 'tab' });
    const page = {
      goto: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
      /** What a function of one argument gives there; both go as JSON. */
      async evaluate(what, argument = null) {
        const { type, result, exceptionDetails } = await send('script.callFunction', {
          functionDeclaration: `async (said) => JSON.stringify((await (${what})(JSON.parse(said))) ?? null)`,
          arguments: [{ type: 'string', value: JSON.stringify(argument) }],
          target: { context }, awaitPromise: true, userActivation: true });
        if (type === 'exception') throw new Error(exceptionDetails.text);
        return JSON.parse(result.value);
      },
    };
    return { page, close };
  } catch (failed) {
    await close();
    throw failed;
  }
}

/** Waits until a function of the page gives something true; a page that is being left gives nothing. */
async function until(page, what) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await later(100)) {
    if (await page.evaluate(what).catch(() => false)) return;
  }
  throw new Error(`never: ${what}`);
}

/** Signs in through the provider, as drive.mjs does it in Chromium. */
export async function signInWithFirefox(page, login) {
  await page.goto(site.url);
  await until(page, () => document.querySelector('a.primary') !== null);
  await page.evaluate(() => document.querySelector('a.primary').click());
  await until(page, () => document.querySelector('[name=otp]') !== null);
  await page.evaluate(([name, password, code]) => {
    for (const [field, value] of [['login', name], ['password', password], ['otp', code]]) document.querySelector(`[name=${field}]`).value = value;
    document.querySelector('[name=otp]').form.requestSubmit();
  }, [login, site.people[login].password, oneTimeCode(site.people[login].secret)]);
  await until(page, () => document.querySelector('.search-form') !== null);
}
