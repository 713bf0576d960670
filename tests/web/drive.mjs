// What the browser tests share: Chromium, signing in, axe, and an ear for what the page's policy reports.
//
// Environment: CALLVAULT_WEB_SITE, the JSON file that site_of_test.py wrote; CALLVAULT_WEB_PACKAGES, the folder with node_modules;
// CALLVAULT_WEB_SHOTS, a folder for screenshots.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { browser as chromium } from '../../deploy/lab/hear.mjs';

const packages = createRequire(path.join(process.env.CALLVAULT_WEB_PACKAGES, 'package.json'));
const axeSource = fs.readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8');
export const site = JSON.parse(fs.readFileSync(process.env.CALLVAULT_WEB_SITE, 'utf8'));
const shots = process.env.CALLVAULT_WEB_SHOTS;

let browser;
export async function start() {
  browser ??= await chromium();
  return browser;
}
export const stop = () => browser?.close();

/** A visitor: a browser profile of its own. `reported` collects what the policy or the console complains about. */
export async function visitor({ theme = 'light', language = 'en-GB', width = 1280, ...more } = {}) {
  const context = await (await start()).newContext({
    ignoreHTTPSErrors: true, colorScheme: theme, locale: language, viewport: { width, height: 860 },
    timezoneId: 'Europe/Amsterdam', reducedMotion: 'reduce', ...more });
  context.setDefaultTimeout(10_000);
  const reported = [];
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  context.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) reported.push(message.text());
  });
  context.on('weberror', (error) => reported.push(String(error.error())));
  return { context, reported, page: await context.newPage() };
}

/** RFC 6238. */
export function oneTimeCode(secret) {
  const bits = [...secret.replace(/=+$/, '')]
    .map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = crypto.createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

/** Fills in the provider's form, wherever the page is led on to. */
export async function atProvider(page, login, { code = true } = {}) {
  await page.getByLabel('Name').fill(login);
  await page.getByLabel('Password').fill(site.people[login].password);
  if (code) await page.locator('[name=otp]').fill(oneTimeCode(site.people[login].secret));
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.origin === site.url && !url.pathname.startsWith('/auth/'));
}

const known = new Map();

/** Opens the page as that person: through the provider, or with the session of an earlier test unless `fresh`. */
export async function signIn(page, login = 'alice', { code = true, fresh = !code } = {}) {
  const context = page.context();
  if (!fresh && known.has(login)) await context.addCookies(known.get(login));
  await page.goto(site.url);
  await page.locator('main h1').waitFor();
  if ((await page.locator('a.primary').count()) > 0) {
    await page.locator('a.primary').click();
    await atProvider(page, login, { code });
    await page.locator('main h1').waitFor();
    if (!fresh) known.set(login, (await context.cookies()).filter(({ name }) => name === '__Host-callvault'));
  }
}

/** Looks for calls; the number of rows that stand there then. */
export async function find(page, { number = '', period } = {}) {
  await page.locator('[name=number]').fill(number);
  if (period) await page.locator('[name=period]').selectOption(period);
  const answer = page.waitForResponse((one) => one.url().endsWith('/v1/searches'));
  await page.locator('.search-form button[type=submit]').click();
  await answer;
  await page.waitForFunction(() => document.querySelector('.count')?.textContent !== '');
  return page.locator('a[data-call]').count();
}

/** Opens a call and plays it. */
export async function play(page, recording = site.recordings.main) {
  await open(page, recording);
  await page.locator('[data-open]').click();
  await playing(page);
}

/** Opens a call by its address in a signed-in tab: the purpose is asked. */
export async function open(page, recording = site.recordings.main, hash = '') {
  await page.goto(`${site.url}/recordings/${recording}${hash}`);
  await page.locator('.why-prompt button[type=submit]').click();
  await page.locator('[data-open]').waitFor();
}

/** Waits until sound really moves on. */
export async function playing(page) {
  await page.locator('.seek input').waitFor();
  const before = await time(page);
  await page.waitForFunction((then) => Number(document.querySelector('.seek input')?.value) > then + 0.2, before);
}
export const time = (page) => page.locator('.seek input').evaluate((slider) => Number(slider.value));

/** No finding of axe, best practices included. */
export async function axe(page, what) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const told = found.violations.map(({ id, help, nodes }) =>
    `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `    ${html}\n    ${failureSummary}`).join('\n')}`);
  assert.equal(told.join('\n'), '', `axe at ${what}`);
}

export async function shot(page, name) {
  if (!shots) return;
  fs.mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

/** Does something outside the browser: withdraw a consent, stop or start the gateway. */
export async function outside(what, argument) {
  const answer = await fetch(site.control, { method: 'POST', body: JSON.stringify({ do: what, with: argument }) });
  assert.equal(answer.status, 204, answer.statusText);
}
