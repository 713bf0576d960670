// Every view in both themes and languages: no finding of axe (English in both themes, Dutch in one), nothing for the
// policy to report, nothing too wide; its outline as a screen reader meets it (in both languages) and its picture (in both
// themes) are compared with expected/, and a screenshot is kept for people to look at. CALLVAULT_WEB_UPDATE=1 writes expected/
// anew.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { axe, find, open, playing, shot, signIn, site, visitor } from './drive.mjs';
import { picture } from './picture.mjs';

const EXPECTED = path.join(path.dirname(fileURLToPath(import.meta.url)), 'expected');

/** Without what changes from day to day. */
const timeless = (outline) => outline
  .replace(/\/recordings\/[0-9a-f]+/g, '/recordings/ID')
  .replace(/c-[0-9a-f]{8}/g, 'c-ID')
  .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|ma|di|wo|do|vr|za|zo)\b/g, 'DAY')
  .replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)\b/g, 'MONTH')
  .replace(/\d+/g, '0');

async function outline(page, name) {
  const now = `${timeless(await page.locator('body').ariaSnapshot())}\n`;
  const file = path.join(EXPECTED, `${name}.txt`);
  if (process.env.CALLVAULT_WEB_UPDATE) {
    fs.mkdirSync(EXPECTED, { recursive: true });
    fs.writeFileSync(file, now);
  }
  assert.equal(now, fs.readFileSync(file, 'utf8'), `the outline of ${name}`);
}

async function fits(page, what) {
  for (const width of [1280, 760, 390]) {
    await page.setViewportSize({ width, height: 860 });
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= room, `${what} is ${wide} wide at ${room}`);
  }
  await page.setViewportSize({ width: 1280, height: 860 });
}

for (const theme of ['light', 'dark']) {
  for (const language of ['en-GB', 'nl-NL']) {
    const short = language.slice(0, 2);
    test(`all views, ${theme}, ${language}`, async () => {
      const { page, context, reported } = await visitor({ theme, language });
      const look = async (view, settle = async () => undefined) => {
        await settle();
        // Colours are the same in every language, and words in every theme.
        if (theme === 'light' || short === 'en') await axe(page, `${view} ${theme} ${short}`);
        if (theme === 'light') await outline(page, `${view}-${short}`);
        await shot(page, `${view}-${theme}-${short}`);
        if (short === 'en') await picture(page, `${view}-${theme}`, path.join(EXPECTED, `${view}-${theme}.png`), timeless);
      };
      await page.goto(site.url);
      await look('door', () => page.locator('main a.primary').waitFor());
      await signIn(page);
      assert.equal(await page.locator('html').getAttribute('lang'), short);
      await look('search');
      await find(page, { number: '020 765 43 21', period: 'month' });
      await look('results', () => page.locator('a[data-call]').nth(1).focus());
      if (theme === 'light') await fits(page, 'results');
      await page.goto(`${site.url}/recordings/${site.recordings.main}`);
      await look('why', () => page.locator('.why-prompt').waitFor());
      await open(page);
      await look('call');
      await page.locator('[data-open]').click();
      await playing(page);
      await page.keyboard.press('k');
      await page.keyboard.press('Home');
      await page.keyboard.press('l');
      await look('playing', () => page.waitForFunction(() => document.querySelector('.clock b')?.textContent === '0:10.0'));
      if (theme === 'light') await fits(page, 'playing');
      await page.keyboard.press('?');
      await look('help', () => page.locator('dialog[open]').waitFor());
      await page.keyboard.press('Escape');
      await page.locator('.transport .last button').last().click();
      await look('stopped', () => page.locator('.curtain .notice').waitFor());
      await page.goto(`${site.url}/recordings/${'0'.repeat(32)}`);
      await page.locator('.why-prompt button[type=submit]').click();
      await look('unknown', () => page.locator('.refused').waitFor());
      assert.deepEqual(reported, []);
      await context.close();
    });
  }
}

test('a privacy officer sees holds, and names a case', async () => {
  const { page, context } = await visitor();
  await signIn(page, 'petra');
  await page.locator('[name=case]').fill('C-12');
  await find(page, { number: '020 765 43 21', period: 'month' });
  await axe(page, 'results of an officer');
  await page.locator('a[data-call]').first().click();
  await page.getByText('None', { exact: true }).waitFor();
  await shot(page, 'officer-light-en');
  await axe(page, 'call of an officer');
  await context.close();
});
