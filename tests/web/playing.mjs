// Listening: what is heard, where, how fast; and all of it without a mouse.
import assert from 'node:assert/strict';
import test from 'node:test';

import { find, oneTimeCode, open, play, playing, signIn, site, time, visitor } from './drive.mjs';

/** The media element of the page, which stands in no document. */
async function watchMedia(context) {
  await context.addInitScript(() => {
    const real = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function play() {
      window.media = this;
      return real.call(this);
    };
  });
}
const media = (page, what) => page.evaluate((name) => window.media?.[name], what);

test('jumps and seeks go to the very moment', async () => {
  const { page, context } = await visitor();
  await watchMedia(context);
  await signIn(page);
  await play(page);
  await page.keyboard.press('k');
  await page.waitForFunction(() => window.media.paused);
  await page.keyboard.press('Home');
  await page.waitForFunction(() => window.media.currentTime === 0);
  for (const [key, at] of [['l', 10], ['l', 20], ['j', 10], ['ArrowRight', 15], ['ArrowLeft', 10]]) {
    await page.keyboard.press(key);
    await page.waitForFunction((wanted) => window.media.currentTime === wanted && !window.media.seeking, at);
  }
  await page.locator('.seek input').focus();
  await page.keyboard.press('PageUp');
  await page.waitForFunction(() => window.media.currentTime === window.media.duration);
  await page.locator('.seek input').fill('3.21');
  await page.waitForFunction(() => Math.abs(window.media.currentTime - 3.21) < 0.001);
  const slider = page.getByRole('slider', { name: 'Position in the call' });
  assert.equal(await slider.getAttribute('aria-valuetext'), '3 seconds of 27 seconds');
  const box = await slider.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + 10);
  const half = (await media(page, 'duration')) / 2;
  await page.waitForFunction((wanted) => Math.abs(window.media.currentTime - wanted) < 0.1, half);
  await context.close();
});

test('speed keeps the pitch, silence is skipped, parties fall silent one by one', async () => {
  const { page, context } = await visitor();
  await watchMedia(context);
  await signIn(page);
  await play(page);
  await page.keyboard.press('.');
  await page.keyboard.press('.');
  assert.equal(await media(page, 'playbackRate'), 1.5);
  assert.equal(await media(page, 'preservesPitch'), true);
  await page.getByText('Speed 1.5×').waitFor();
  await page.keyboard.press(',');
  assert.equal(await media(page, 'playbackRate'), 1.25);
  await page.keyboard.press('1');
  assert.equal(await page.getByRole('button', { name: 'Mute Agent' }).getAttribute('aria-pressed'), 'true');
  assert.equal(await page.getByRole('button', { name: 'Mute Customer' }).getAttribute('aria-pressed'), 'false');
  await page.keyboard.press('m');
  await page.getByText('Sound off').waitFor();
  await page.keyboard.press('s');
  await page.getByText('Silence is skipped').waitFor();
  await page.locator('.seek input').fill('20.6');
  const before = Date.now();
  await page.waitForFunction(() => window.media.currentTime > 26);
  assert.ok(Date.now() - before < 3000);
  await context.close();
});

test('a party is heard alone, in both ears or in its own', async () => {
  const { page, context } = await visitor();
  // What goes to the ears is measured where it leaves the page's graph.
  await context.addInitScript(() => {
    const real = AudioNode.prototype.connect;
    window.level = [];
    AudioNode.prototype.connect = function connect(to, ...more) {
      if (to === this.context.destination && !window.ears) {
        const splitter = this.context.createChannelSplitter(2);
        window.ears = [0, 1].map((ear) => {
          const meter = this.context.createAnalyser();
          meter.fftSize = 8192;
          real.call(splitter, meter, ear);
          return meter;
        });
        real.call(this, splitter);
      }
      return real.call(this, to, ...more);
    };
    window.loudness = () => window.ears.map((meter) => {
      const wave = new Float32Array(meter.fftSize);
      meter.getFloatTimeDomainData(wave);
      return Math.max(...wave.map(Math.abs));
    });
  });
  await signIn(page);
  await play(page);
  const heard = (wanted) => page.waitForFunction(
    (both) => window.loudness().every((level, ear) => (level > 0.01) === both[ear]), wanted, { timeout: 8000 });
  await page.locator('.seek input').fill('16'); // the customer speaks, then the agent
  await heard([true, true]);
  await page.getByRole('button', { name: 'One party an ear' }).click();
  await page.locator('.seek input').fill('18');
  await heard([true, false]);
  await page.keyboard.press('1');
  await page.locator('.seek input').fill('18');
  await heard([false, false]);
  await context.close();
});

test('a long call is shown larger, and what is heard stays in sight', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  await play(page, site.recordings.long);
  await page.keyboard.press('k');
  for (let presses = 0; presses < 3; ++presses) await page.keyboard.press('+');
  const stage = page.locator('.stage');
  const wide = await stage.evaluate((one) => one.scrollWidth / one.clientWidth);
  assert.ok(Math.abs(wide - 8) < 0.1, `${wide} times as wide`);
  await page.locator('.seek input').fill('900');
  await page.waitForFunction(() => document.querySelector('.stage').scrollLeft > 1000);
  await page.keyboard.press('-');
  await page.waitForFunction(() => Math.abs(document.querySelector('.stage').scrollWidth / document.querySelector('.stage').clientWidth - 4) < 0.1);
  await context.close();
});

test('from the door to a played call by keyboard alone', async () => {
  const { page, context, reported } = await visitor();
  const tabTo = async (matches) => {
    for (let presses = 0; presses < 40; ++presses) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((selector) => document.activeElement?.matches(selector), matches)) return;
    }
    assert.fail(`no way to ${matches} by keyboard`);
  };
  await page.goto(site.url);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await tabTo('a.primary');
  await page.keyboard.press('Enter');
  await page.getByLabel('Name').waitFor();
  await tabTo('[name=login]').catch(() => page.getByLabel('Name').focus());
  await page.keyboard.type('alice');
  await tabTo('[name=password]');
  await page.keyboard.type(site.people.alice.password);
  await tabTo('[name=otp]');
  await page.keyboard.type(oneTimeCode(site.people.alice.secret));
  await page.keyboard.press('Enter');
  await page.locator('.search-form').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('020 765 43 21');
  await page.keyboard.press('Enter');
  await page.locator('a[data-call]').first().waitFor();
  await tabTo('a[data-call]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('[data-open]').waitFor();
  await page.keyboard.press('k');
  await playing(page);
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.search-form').waitFor();
  assert.deepEqual(reported, []);
  await context.close();
});

test('single keys can be turned off', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  await page.keyboard.press('?');
  await page.getByLabel('Single keys do these things').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  assert.notEqual(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'number');
  await context.close();
});

test('a link to a moment is copied, and carries no right', async () => {
  const { page, context } = await visitor({ permissions: ['clipboard-read', 'clipboard-write'] });
  await signIn(page);
  await open(page, site.recordings.main, '#t=9');
  await page.keyboard.press('c');
  await page.getByText('Link copied.').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, `${site.url}/recordings/${site.recordings.main}#t=9`);
  const stranger = await visitor();
  await stranger.page.goto(link);
  await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await stranger.context.close();
  await context.close();
});

test('without a picture of the sound the call plays all the same', async () => {
  const { page, context } = await visitor();
  await context.route('**/v1/recordings/*/plays', async (route) => {
    const { peaks, silence, ...play } = await (await route.fetch()).json();
    return route.fulfill({ status: 201, json: play });
  });
  await signIn(page);
  await open(page, site.recordings.mono);
  await page.locator('[data-open]').click();
  await playing(page);
  await page.getByText('All parties').first().waitFor();
  await context.close();
});

test('the sound of a play is for its own session only', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  const asked = page.waitForRequest((one) => one.url().endsWith('/audio.wav') || one.url().endsWith('/audio.m4a'));
  await play(page);
  const address = (await asked).url();
  const status = (tab) => tab.evaluate((url) => fetch(url, { headers: { Range: 'bytes=0-9' } }).then((one) => one.status), address);
  assert.equal(await status(page), 206);
  const other = await visitor();
  await other.page.goto(site.url);
  assert.equal(await status(other.page), 401);
  await signIn(other.page, 'alice', { fresh: true });
  assert.equal(await status(other.page), 404);
  await other.context.close();
  await context.close();
});

test('a call that is being prepared opens by itself once it is ready', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  let asked = 0;
  await context.route(`**/v1/recordings/${site.recordings.main}?*`, async (route) => {
    const answer = await route.fetch();
    const facts = await answer.json();
    asked += 1;
    const preparing = { ...facts, state: 'unplayable', unplayable_reason: 'preparing' };
    return route.fulfill({ response: answer, json: asked === 1 ? preparing : facts });
  });
  await page.goto(`${site.url}/recordings/${site.recordings.main}`);
  await page.locator('.why-prompt button[type=submit]').click();
  await page.getByText('This call is being prepared for playing.').waitFor();
  assert.equal(await page.locator('[data-open]').count(), 0);
  await page.locator('[data-open]').waitFor();
  await context.close();
});
