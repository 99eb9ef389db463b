// Builds the console: `node build.mjs` writes dist/, which is committed and embedded in the binary.
// The same sources give the same bytes on every machine: versions are pinned, nothing of the machine or the hour goes
// in, and the compression is a library of ours rather than that of Node. `--out DIR` writes elsewhere, `--lib FILE`
// bundles the parts that need no browser (signing, samples) for the tests.

import { build } from 'esbuild';
import { gzipSync } from 'fflate';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const common = { absWorkingDir: here, bundle: true, target: 'es2022', format: 'esm', logLevel: 'warning' };

const lib = option('--lib');
if (lib) {
  await build({ ...common, entryPoints: ['src/lib.ts'], outfile: lib, platform: 'node' });
} else {
  const out = option('--out') ?? join(here, 'dist');
  const made = await build({
    ...common,
    entryPoints: { app: 'src/main.tsx', style: 'src/styles/index.css' },
    outdir: out,
    write: false,
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = new Map(made.outputFiles.map((file) => [file.path.split('/').pop(), file.contents]));
  for (const name of ['index.html', 'icon.svg', 'theme.js']) files.set(name, readFileSync(join(here, 'src', name)));
  // What is bundled is under licences that want to be passed on.
  const licences = ['preact', 'uplot'].map((name) => {
    const folder = join(here, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n`;
  });
  files.set('licences.txt', new TextEncoder().encode(licences.join('\n\n')));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  // The server compresses these itself, so that a change of the contract needs no Node; they count all the same.
  const data = ['operations.json', 'errors.json'].map(
    (name) => gzipSync(readFileSync(join(here, 'data', name))).length,
  );
  let all = data.reduce((sum, it) => sum + it, 0);
  for (const [name, bytes] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const packed = gzipSync(bytes, { level: 9, mem: 12, mtime: 0 });
    packed[9] = 255; // the system it was packed on: unknown
    all += packed.length;
    writeFileSync(join(out, `${name}.gz`), packed);
    console.log(`${String(bytes.length).padStart(8)} ${String(packed.length).padStart(8)}  ${name}`);
  }
  console.log(`${String(all).padStart(17)}  in all, data included`);
  if (all > 200 * 1024) throw new Error('the console is larger than 200 KiB compressed');
}
