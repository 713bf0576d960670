// A running play stops when its right or the line is gone, with a sentence that tells the way on.
import assert from 'node:assert/strict';
import test from 'node:test';

import { outside, open, play, playing, signIn, site, time, visitor } from './drive.mjs';

async function started(recording, how = {}) {
  const visit = await visitor();
  await visit.context.addInitScript(() => {
    const real = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function play() {
      window.media = this;
      return real.call(this);
    };
  });
  await signIn(visit.page, 'alice', how);
  await play(visit.page, recording);
  return visit;
}

/** The sentence, and no sound behind it. */
async function silentWith(page, sentence) {
  await page.getByText(sentence).first().waitFor();
  assert.equal(await page.evaluate(() => window.media.paused), true);
}
const unloaded = (page) => page.evaluate(() => !window.media.hasAttribute('src'));

test('consent that is withdrawn while somebody listens', async () => {
  const { page, context } = await started(site.recordings.withdrawn);
  await outside('withdraw', site.recordings.withdrawn);
  await silentWith(page, 'Consent for this call was withdrawn');
  assert.ok(await unloaded(page));
  assert.equal(await page.locator('.waveform, [data-open]').count(), 0);
  assert.doesNotMatch(await page.locator('main').innerText(), /q-billing/);
  await page.reload();
  await page.locator('.why-prompt button[type=submit]').click();
  await page.getByText('This call is restricted or its consent was withdrawn').waitFor();
  await context.close();
});

test('a session that ends elsewhere', async () => {
  const { page, context } = await started(undefined, { fresh: true });
  await outside('end_session');
  await silentWith(page, 'Your session has ended, so nothing is shown any more');
  assert.ok(await unloaded(page));
  assert.doesNotMatch(await page.locator('body').innerText(), /Quispel/);
  assert.match(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href'), /return=%2Frecordings%2F/);
  await context.close();
});

test('a lost line, and its return', async () => {
  const { page, context } = await started();
  await context.setOffline(true);
  await silentWith(page, 'The connection is lost, so the sound stopped');
  const at = await page.evaluate(() => window.media.currentTime);
  await context.setOffline(false);
  await page.getByText('The connection is back. Press play').waitFor();
  await page.keyboard.press('k');
  await playing(page);
  assert.ok((await time(page)) >= at);
  await context.close();
});

test('a gateway that starts anew takes the play up: the call goes on from where it was', async () => {
  const { page, context } = await started();
  let opened = 0;
  page.on('request', (one) => { opened += one.method() === 'POST' && /\/plays$/.test(one.url()) ? 1 : 0; });
  await page.locator('.seek input').fill('9');
  await outside('gateway', 'stop');
  await silentWith(page, 'The connection is lost, so the sound stopped');
  const at = await page.evaluate(() => window.media.currentTime);
  assert.ok(at >= 9);
  await outside('gateway', 'start');
  await page.getByText('The connection is back. Press play').waitFor();
  await page.keyboard.press('k');
  await playing(page);
  assert.ok((await time(page)) >= at);
  assert.equal(opened, 0, 'a second play was opened');
  assert.equal(await page.getByText('The service lost hold of this play').count(), 0);
  await context.close();
});

test('somebody who stops listening ends the play, and can begin again', async () => {
  const { page, context } = await started();
  const closed = page.waitForResponse((one) => one.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'Stop listening' }).click();
  assert.equal((await closed).status(), 204);
  await silentWith(page, 'You stopped listening.');
  await page.keyboard.press('k');
  await playing(page);
  await context.close();
});

test('a purpose that needs a case asks for it before anything is opened', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  await open(page);
  await page.locator('.opener [name=purpose]').selectOption('complaint');
  await page.locator('[data-open]').click();
  await page.getByText('This purpose needs the number of a case.').waitFor();
  await page.locator('.opener [name=case]').fill('C-9');
  await page.locator('[data-open]').click();
  await playing(page);
  await page.getByText('Playing for: Complaint').waitFor();
  await context.close();
});

test('only purposes that the call was recorded for are offered', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  await page.goto(`${site.url}/recordings/${site.recordings.script}`);
  await page.locator('.why-prompt [name=purpose]').selectOption('training');
  await page.getByRole('button', { name: 'Show the call' }).click();
  await page.locator('[data-open]').waitFor();
  assert.deepEqual(await page.locator('.opener option').allInnerTexts(), ['Quality']);
  await context.close();
});
