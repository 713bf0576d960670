// What the page tells of a call before it is played: how its sound was measured, why one cannot be played, which rule keeps
// it, who the people are.
import assert from 'node:assert/strict';
import test from 'node:test';

import { axe, find, shot, signIn, site, visitor } from './drive.mjs';

/** Opens a call of that site, whatever can be done with it. */
async function look(page, recording) {
  await page.goto(`${site.url}/recordings/${site.recordings[recording]}`);
  await page.locator('.why-prompt button[type=submit]').click();
  await page.locator('.facts').waitFor();
}
const findings = (page) => page.locator('.notice.sound li').allTextContents();
const fact = (page, label) => page.locator('.facts dl > div', { has: page.getByText(label, { exact: true }) }).locator('dd').textContent();

for (const theme of ['light', 'dark']) {
  test(`what stands out about the sound is said before it is played, ${theme}`, async () => {
    const { page, context, reported } = await visitor({ theme });
    await signIn(page);
    for (const [recording, sentence] of [
      ['silent-agent', 'The agent’s side is silent.'],
      ['same-sides', 'Both sides carry the same sound: the parties cannot be told apart by side.'],
      ['clipped', 'The customer’s side is clipped: it was recorded too loud, and is distorted.'],
    ]) {
      await look(page, recording);
      assert.deepEqual(await findings(page), [sentence]);
      await axe(page, `${recording} ${theme}`);
      await shot(page, `${recording}-${theme}-en`);
    }
    assert.match(await fact(page, 'Sound'), /^mu-law, 8 kHz; mean level: Agent −\d+\sdB, Customer −\d\sdB$/);
    await look(page, 'main');
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(reported, []);
    await context.close();
  });
}

test('the same in Dutch', async () => {
  const { page, context } = await visitor({ language: 'nl-NL' });
  await signIn(page);
  await look(page, 'silent-agent');
  assert.deepEqual(await findings(page), ['De kant van de medewerker is stil.']);
  assert.match(await fact(page, 'Geluid'), /^mu-law, 8 kHz; gemiddeld niveau: Medewerker stilte, Klant −\d+\sdB$/);
  await shot(page, 'silent-agent-light-nl');
  await context.close();
});

test('a damaged file says that it is one, in the list too', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  await look(page, 'damaged');
  await page.getByText('the file that was delivered is damaged, or is not what it says it is.').waitFor();
  assert.equal(await page.locator('[data-open]').count(), 0);
  assert.equal(await page.getByText('Sound', { exact: true }).count(), 0);
  await axe(page, 'a call that cannot be played');
  await shot(page, 'damaged-light-en');
  await page.goto(site.url);
  await find(page, { number: '030 234 56 78', period: 'month' });
  assert.equal(await page.locator('tr', { has: page.locator(`[data-call="${site.recordings.damaged}"]`) }).locator('.badge').textContent(), 'Not playable');
  await context.close();
});

test('a call that was not prepared yet is told from one that cannot be played', async () => {
  const { page, context } = await visitor();
  await context.route('**/v1/searches', async (route) => {
    const answer = await route.fetch();
    const found = await answer.json();
    for (const one of found.recordings) Object.assign(one, { state: 'unplayable', unplayable_reason: 'preparing' });
    return route.fulfill({ response: answer, json: found });
  });
  await signIn(page);
  await find(page, { number: '030 234 56 78', period: 'month' });
  assert.deepEqual(new Set(await page.locator('.badge').allTextContents()), new Set(['Not yet prepared']));
  await context.close();
});

test('the rule is said in Dutch on a Dutch page; one that the page does not know, as the gateway says it', async () => {
  const { page, context } = await visitor({ language: 'nl-NL' });
  await signIn(page);
  await look(page, 'main');
  assert.equal(await fact(page, 'Volgens de regel'), 'standaard: 3 maanden vanaf de dag van het gesprek');
  await context.route(`**/v1/recordings/${site.recordings.main}?*`, async (route) => {
    const answer = await route.fetch();
    return route.fulfill({ response: answer, json: { ...await answer.json(), rule: { id: 'retention.new', text: 'until the moon is full' } } });
  });
  await look(page, 'main');
  assert.equal(await fact(page, 'Volgens de regel'), 'until the moon is full');
  assert.equal(await page.getByText('until the moon is full').getAttribute('lang'), 'en');
  await context.close();
});

test('agents and queues have their names in the list, in the call, and where they are chosen', async () => {
  const { page, context } = await visitor();
  await signIn(page);
  await find(page, { period: 'month' });
  const offered = (list) => page.locator(`#${list} option`).evaluateAll((all) => all.map(({ value, label }) => [value, label]));
  assert.ok((await offered('known-agents')).some(([id, name]) => id === 'a-23' && name === 'Fenna de Groot'));
  assert.ok((await offered('known-queues')).some(([id, name]) => id === 'q-moving' && name === 'Moving house'));
  await page.getByLabel('Agent').fill('a-23');
  await find(page, { period: 'month' });
  assert.deepEqual(new Set(await page.locator('.calls td:nth-child(4)').allTextContents()), new Set(['Fenna de Groot']));
  await look(page, 'main');
  assert.equal(await fact(page, 'Agent'), 'Bartholomeus Quispel a-17');
  assert.equal(await fact(page, 'Queue'), 'Billing q-billing');
  await context.close();
});
