// People come in, come back to where they were, and leave nothing behind.
import assert from 'node:assert/strict';
import test from 'node:test';

import { atProvider, find, outside, play, playing, signIn, site, time, visitor } from './drive.mjs';

test('a link to a moment leads through password and one-time code to that moment', async () => {
  const { page, context, reported } = await visitor();
  const back = `/recordings/${site.recordings.main}#t=12.5`;
  await page.goto(site.url + back);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal(await page.getByText('Quispel').count(), 0);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await atProvider(page, 'alice');
  assert.equal(page.url(), site.url + back);
  await page.getByRole('heading', { name: 'Why do you open this call?' }).waitFor();
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Show the call' }).click();
  await page.getByText('0:12.5').waitFor();
  await page.locator('[data-open]').click();
  await playing(page);
  assert.ok((await time(page)) >= 12.5);
  assert.deepEqual(reported, []);
  await context.close();
});

test('without a fresh second factor, playing leads to the sign-in and back, and then plays', async () => {
  const { page, context } = await visitor();
  await signIn(page, 'bram', { code: false });
  // To see a call takes one, whenever it was; to hear it, one of the last 15 minutes.
  await page.goto(`${site.url}/recordings/${site.recordings.spare}#t=7`);
  await page.locator('.why-prompt button[type=submit]').click();
  await atProvider(page, 'bram');
  assert.equal(new URL(page.url()).pathname, `/recordings/${site.recordings.spare}`);
  await page.locator('[data-open]').waitFor();
  await outside('age_second_factor');
  await page.locator('[data-open]').click();
  await atProvider(page, 'bram');
  await page.locator('.seek input').waitFor();
  assert.ok((await time(page)) >= 7);
  assert.equal(await page.evaluate(() => sessionStorage.getItem('callvault.intention')), null);
  await context.close();
});

test('after signing out the back button and the other tabs show nothing', async () => {
  const { page, context } = await visitor();
  await signIn(page, 'alice', { fresh: true });
  await find(page, { period: 'month' });
  const other = await context.newPage();
  await play(other);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await other.getByText('You are signed out.').waitFor();
  assert.equal(await other.locator('.waveform').count(), 0);
  await page.waitForURL((url) => url.origin !== site.url);
  await page.goBack();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  for (const tab of [page, other]) {
    assert.doesNotMatch(await tab.locator('body').innerText(), /Quispel|Billing|•••/);
  }
  await other.reload();
  await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  await context.close();
});

test('a role that hears nothing is told so', async () => {
  const { page, context } = await visitor();
  await signIn(page, 'adam');
  await page.getByText('Your role finds and plays no calls').waitFor();
  assert.equal(await page.locator('.search-form').count(), 0);
  await context.close();
});

test('ten tabs play one after the other, and end together', async () => {
  const { page, context, reported } = await visitor();
  await signIn(page, 'alice', { fresh: true });
  const tabs = [];
  while (tabs.length < 9) {
    const tab = await context.newPage();
    tabs.push(tab);
    // Long calls: more of them than a browser has connections, each sent at the pace of listening.
    if (tabs.length <= 7) await play(tab, site.recordings.long);
    else await tab.goto(`${site.url}/recordings/${site.recordings.long}`);
  }
  await tabs[0].getByText('Paused, because another tab plays a call.').waitFor();
  assert.ok((await find(page, { period: 'month' })) > 10);
  await tabs[0].keyboard.press('k');
  await playing(tabs[0]);
  await tabs[6].getByText('Paused, because another tab plays a call.').waitFor();
  assert.deepEqual(reported, []);
  await page.evaluate(() => fetch('/v1/session', { method: 'DELETE' }));
  for (const tab of [tabs[0], tabs[6]]) await tab.getByText('Your session has ended').waitFor();
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('Your session has ended').waitFor();
  await context.close();
});
