// Compares a view with the small picture of it in expected/, so that a broken look is noticed and another machine's fonts are not.
//
// The view is drawn in a font of an npm package, whatever fonts the machine has; its texts are made `timeless`. Each square of
// SIDE x SIDE pixels becomes one, so that the edges of letters weigh little. CALLVAULT_WEB_UPDATE=1 writes expected/ anew;
// after a difference, CALLVAULT_WEB_SHOTS holds VIEW-difference.png: as it is, and red where it should be otherwise.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const packages = createRequire(path.join(process.env.CALLVAULT_WEB_PACKAGES, 'package.json'));
const { PNG } = packages('pngjs');
const font = fs.readFileSync(packages.resolve('@fontsource-variable/open-sans/files/open-sans-latin-wght-normal.woff2'));

const SIDE = 4;
/** Two squares differ when a colour of theirs does by more, of 255. */
const MOST_APART = 24;
/** Of all squares, so many may: what versions of Chromium draw differently. */
const MOST_DIFFERENT = 0.002;

/** Draws the page in the test's own font, with texts that do not change from day to day; gives the way back. */
async function freeze(page, timeless) {
  const texts = await page.evaluate(async (bytes) => {
    const face = new FontFace('Pictured', Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0)), { weight: '300 800' });
    document.fonts.add(await face.load());
    const sheet = new CSSStyleSheet();
    // Geometric: letters stand where the font says, not where a machine's settings for sharpness move them.
    sheet.replaceSync('* { font-family: Pictured !important; text-rendering: geometricPrecision !important; }');
    document.adoptedStyleSheets.push(sheet);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    globalThis.frozen = { sheet, nodes: [] };
    while (walker.nextNode()) globalThis.frozen.nodes.push([walker.currentNode, walker.currentNode.data]);
    return globalThis.frozen.nodes.map(([, text]) => text);
  }, font.toString('base64'));
  const write = (all) => page.evaluate((said) => globalThis.frozen.nodes.forEach(([node], at) => { node.data = said[at]; }), all);
  await write(texts.map(timeless));
  return async () => {
    await write(texts);
    await page.evaluate(() => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== globalThis.frozen.sheet);
      delete globalThis.frozen;
    });
  };
}

/** The mean colour of each square. */
function small({ width, height, data }) {
  const out = new PNG({ width: Math.floor(width / SIDE), height: Math.floor(height / SIDE), colorType: 2 });
  for (let y = 0; y < out.height; ++y) {
    for (let x = 0; x < out.width; ++x) {
      for (let colour = 0; colour < 4; ++colour) {
        let sum = 0;
        for (let row = 0; row < SIDE; ++row) {
          for (let column = 0; column < SIDE; ++column) sum += data[((y * SIDE + row) * width + x * SIDE + column) * 4 + colour];
        }
        out.data[(y * out.width + x) * 4 + colour] = Math.round(sum / (SIDE * SIDE));
      }
    }
  }
  return out;
}

/** How much of `now` is not as in `wanted`, and a picture that shows where. */
function difference(now, wanted) {
  const shown = new PNG({ width: now.width, height: now.height, colorType: 2 });
  now.data.copy(shown.data);
  let count = 0;
  for (let at = 0; at < now.data.length; at += 4) {
    if ([0, 1, 2].every((colour) => Math.abs(now.data[at + colour] - wanted.data[at + colour]) <= MOST_APART)) continue;
    count += 1;
    shown.data.set([255, 0, 0, 255], at);
  }
  return { part: count / (now.data.length / 4), shown };
}

export async function picture(page, name, file, timeless) {
  const thaw = await freeze(page, timeless);
  const now = small(PNG.sync.read(await page.screenshot({ fullPage: true, animations: 'disabled' })));
  await thaw();
  if (process.env.CALLVAULT_WEB_UPDATE) fs.writeFileSync(file, PNG.sync.write(now, { colorType: 2, deflateLevel: 9 }));
  const wanted = PNG.sync.read(fs.readFileSync(file));
  assert.deepEqual([now.width * SIDE, now.height * SIDE], [wanted.width * SIDE, wanted.height * SIDE], `the size of ${name}`);
  const { part, shown } = difference(now, wanted);
  if (process.env.CALLVAULT_WEB_SHOTS) {
    fs.writeFileSync(path.join(process.env.CALLVAULT_WEB_SHOTS, `${name}-difference.png`), PNG.sync.write(shown, { colorType: 2 }));
  }
  assert.ok(part <= MOST_DIFFERENT, `${(part * 100).toFixed(2)} % of ${name} does not look as in ${path.basename(file)}`);
}
