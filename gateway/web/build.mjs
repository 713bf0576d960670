// node build.mjs SOURCES PACKAGES OUT: type-checks and bundles the page, and writes OUT/web_files.cpp.
//
// SOURCES: the project. PACKAGES: the folder that install_packages filled. OUT: a folder of this build's own, with
//   stage/         the TypeScript beside a link to node_modules, so that every tool resolves packages the ordinary way
//   assets/        what is served, before it becomes C++; tests look at it
//   unit/          the unit tests, bundled for `node --test`
// It fails when a message is missing, a type is wrong, or the page weighs more than it may.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import zlib from 'node:zlib';

const MOST_GZIP_BYTES = 120 * 1024;
const [sources, packages, out] = process.argv.slice(2).map((folder) => path.resolve(folder));
const esbuild = createRequire(path.join(packages, 'package.json'))('esbuild');
const stage = path.join(out, 'stage');
const assets = path.join(out, 'assets');
const MEDIA_TYPES = {
  '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8', '.html': 'text/html; charset=utf-8' };

// -- sources where tools find their packages --------------------------------------------------------------------------

for (const folder of [stage, assets, path.join(out, 'unit')]) fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(assets, { recursive: true });
fs.cpSync(path.join(sources, 'gateway/web/app'), path.join(stage, 'app'), { recursive: true });
fs.cpSync(path.join(sources, 'tests/web/unit'), path.join(stage, 'unit'), { recursive: true });
fs.copyFileSync(path.join(sources, 'gateway/web/tsconfig.json'), path.join(stage, 'tsconfig.json'));
fs.symlinkSync(path.join(packages, 'node_modules'), path.join(stage, 'node_modules'));

try {
  execFileSync(process.execPath, [path.join(stage, 'node_modules/typescript/bin/tsc'), '-p', stage],
    { stdio: ['ignore', 'pipe', 'inherit'] });
} catch (failed) {
  process.stdout.write(failed.stdout ?? '');
  process.exit(1);
}

// -- the bundle -------------------------------------------------------------------------------------------------------

/** wavesurfer writes a <style> into its shadow root, which the page's policy forbids. Ours takes its place
 * (app/player/waveform_style.ts), as a constructed style sheet. */
const withoutInlineStyle = {
  name: 'without-inline-style',
  setup(build) {
    build.onLoad({ filter: /wavesurfer\.esm\.js$/ }, ({ path: file }) => {
      const parts = fs.readFileSync(file, 'utf8').split(/<style\$\{[^]*?<\/style>/);
      if (parts.length !== 2) throw new Error('wavesurfer.js has changed: its <style> is not where it was');
      return { contents: parts.join('') };
    });
  },
};

const common = { bundle: true, format: 'esm', target: 'es2022', jsx: 'automatic', jsxImportSource: 'preact',
  absWorkingDir: stage, logLevel: 'warning' };
const bundled = await esbuild.build({
  ...common, entryPoints: { app: 'app/main.tsx' }, entryNames: '[name]-[hash]', outdir: assets, minify: true,
  plugins: [withoutInlineStyle], metafile: true, charset: 'utf8' });
const unitTests = fs.readdirSync(path.join(stage, 'unit')).filter((name) => name.endsWith('.test.ts'));
await esbuild.build({ ...common, entryPoints: unitTests.map((name) => `unit/${name}`), outdir: path.join(out, 'unit'),
  outExtension: { '.js': '.mjs' }, platform: 'node' });

/** Copies under a name that changes with the bytes. */
function hashed(name, bytes) {
  const { name: stem, ext } = path.parse(name);
  const hash = crypto.createHash('sha256').update(bytes).digest('base64url').replace(/[-_]/g, '').slice(0, 8);
  const file = `${stem}-${hash}${ext}`;
  fs.writeFileSync(path.join(assets, file), bytes);
  return file;
}

const licences = ['preact', 'wavesurfer.js']
  .map((name) => `${name}\n\n${fs.readFileSync(path.join(stage, 'node_modules', name, 'LICENSE'), 'utf8')}`).join('\n\n');
const built = Object.keys(bundled.metafile.outputs).map((name) => path.basename(name));
const names = {
  SCRIPT: built.find((name) => name.endsWith('.js')),
  STYLE: built.find((name) => name.endsWith('.css')),
  ICON: hashed('icon.svg', fs.readFileSync(path.join(stage, 'app/icon.svg'))),
  LICENCES: hashed('licences.txt', licences),
};
const page = fs.readFileSync(path.join(stage, 'app/index.html'), 'utf8')
  .replace(/\{\{([A-Z]+)\}\}/g, (_, key) => `/assets/${names[key]}`);
fs.writeFileSync(path.join(assets, 'index.html'), page);

// -- C++ --------------------------------------------------------------------------------------------------------------

/** A literal of any bytes, in lines that an editor can still show. */
function literal(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 64) {
    const codes = [...bytes.subarray(at, at + 64)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
    lines.push(`     "${codes.join('')}"`);
  }
  return `std::string_view(\n${lines.join('\n')}, ${bytes.length})`;
}

let sum = 0;
const rows = fs.readdirSync(assets).sort().map((name) => {
  const plain = fs.readFileSync(path.join(assets, name));
  const gzip = zlib.gzipSync(plain, { level: 9 });
  sum += gzip.length;
  console.log(`  ${name.padEnd(24)} ${String(plain.length).padStart(7)} bytes, gzip ${String(gzip.length).padStart(6)}`);
  return `    {"${name}", "${MEDIA_TYPES[path.extname(name)]}",\n     ${literal(plain)},\n     ${literal(gzip)}},`;
});
console.log(`  the page: gzip ${sum} bytes of at most ${MOST_GZIP_BYTES}`);
if (sum > MOST_GZIP_BYTES) throw new Error('the page weighs too much');
fs.writeFileSync(path.join(out, 'web_files.cpp'), `// Made by gateway/web/build.mjs.
#include "gateway/web/files.hpp"

namespace gateway::web {

std::span<const File> files() {
    static const File kFiles[] = {
${rows.join('\n')}
    };
    return kFiles;
}

}  // namespace gateway::web
`);
