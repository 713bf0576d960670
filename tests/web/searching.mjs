// Finding a call.
import assert from 'node:assert/strict';
import test from 'node:test';

import { find, signIn, site, visitor } from './drive.mjs';

test('a number is found in every form that people type or paste', async () => {
  const { page, context, reported } = await visitor();
  await signIn(page);
  await page.locator('[name=period]').selectOption('month');
  const forms = ['+31 20 765 43 21', '020-7654321', '0031207654321', 'tel:+31207654321', '(020) 765 4321',
    '\u202a+31\u00a020\u00a0765\u00a043\u201121\u202c', '020.765.43.21'];
  for (const number of forms) assert.equal(await find(page, { number }), 5, number);
  assert.equal(await find(page, { number: '020 111 22 33' }), 0);
  await page.getByText('No call fits.').waitFor();
  await page.locator('[name=number]').fill('no digits');
  await page.keyboard.press('Enter');
  await page.getByText('A number has digits.').waitFor();
  assert.equal(await page.locator('[name=number]').getAttribute('aria-invalid'), 'true');
  assert.deepEqual(reported, []);
  await context.close();
});

test('team, agent, queue and period narrow what is found', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  const all = await find(page, { period: 'month' });
  await page.locator('[name=team]').selectOption('sales');
  const sales = await find(page);
  assert.ok(sales > 0 && sales < all, `${sales} of ${all}`);
  await page.locator('[name=team]').selectOption('');
  await page.locator('[name=queue]').fill('q-faults');
  const faults = await find(page);
  assert.ok(faults > 0 && faults < all, `${faults} of ${all}`);
  assert.ok((await page.locator('td').allInnerTexts()).filter((text) => text === 'Faults').length === faults);
  await page.locator('[name=agent]').fill('a-31');
  const both = await find(page);
  assert.ok(both > 0 && both < faults, `${both} of ${faults}`);
  await page.locator('[name=period]').selectOption('custom');
  await page.locator('[name=from]').fill('2020-01-02');
  await page.locator('[name=to]').fill('2020-01-01');
  await page.keyboard.press('Enter');
  await page.getByText('The period ends before it begins.').waitFor();
  await context.close();
});

test('script in names and claims is text', async () => {
  const { page, context, reported } = await visitor();
  page.on('dialog', () => reported.push('a dialog came up'));
  await signIn(page, 'odd');
  await find(page, { period: 'month' });
  await page.getByRole('cell', { name: '<script>alert(1)</script>' }).waitFor();
  await page.getByRole('cell', { name: '<img src=x onerror=alert(1)>' }).waitFor();
  await page.locator(`a[data-call="${site.recordings.script}"]`).click();
  await page.getByRole('heading', { name: /^Call of/ }).waitFor();
  await page.getByText('<img src=x onerror=alert(1)>').waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  assert.deepEqual(reported, []);
  await context.close();
});

test('the clock of the browser may be wrong by years', async () => {
  const { page, context } = await visitor();
  await context.addInitScript(() => {
    const Real = Date;
    const ahead = 5 * 365 * 86_400_000;
    globalThis.Date = class extends Real {
      constructor(...given) { super(...(given.length > 0 ? given : [Real.now() + ahead])); }
      static now() { return Real.now() + ahead; }
    };
  });
  await signIn(page);
  assert.ok((await find(page, { period: 'month' })) > 3);
  await page.locator('a[data-call]').first().click();
  await page.getByText(/\(in \d\d days\)/).waitFor();
  await context.close();
});

/** A key is listened to a moment after its view stands there: people press it again then. */
async function pressUntil(page, key, there) {
  for (let tries = 0; tries < 6; tries += 1) {
    await page.keyboard.press(key);
    const came = await page.waitForURL(there, { timeout: 2_000 }).then(() => true, () => false);
    if (came) return;
  }
  assert.fail(`${key} leads nowhere`);
}

test('what was found is there again on the way back, with the focus where it was', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  await find(page, { period: 'month' });
  const second = page.locator('a[data-call]').nth(1);
  const id = await second.getAttribute('data-call');
  await second.click();
  await page.getByRole('heading', { name: /^Call of/ }).waitFor();
  await pressUntil(page, ']', (url) => url.pathname.startsWith('/recordings/') && !url.pathname.endsWith(id));
  await pressUntil(page, '[', (url) => url.pathname.endsWith(id));
  await page.keyboard.press('Escape');
  await page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-call') === wanted, id);
  await context.close();
});

test('numbers, names and cases stay out of addresses, storage and titles', async () => {
  const { page, context } = await visitor();
  await signIn(page, 'alice');
  await page.locator('[name=agent]').fill('a-17');
  await page.locator('[name=purpose]').selectOption('complaint');
  await page.locator('[name=case]').fill('ZAAK-4711');
  await find(page, { number: site.number, period: 'month' });
  await page.locator('a[data-call]').first().click();
  await page.getByRole('heading', { name: /^Call of/ }).waitFor();
  const kept = await page.evaluate(() => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, location.href, document.title, history.state]));
  for (const secret of ['7654321', '765', 'a-17', 'Quispel', 'ZAAK', 'Billing']) assert.ok(!kept.includes(secret), `${secret} in ${kept}`);
  await context.close();
});
