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
  for (const name of ['operations.json', 'errors.json']) {
    // Shipped without the line breaks that keep its history readable.
    const text = JSON.stringify(JSON.parse(readFileSync(join(here, 'data', name), 'utf8')));
    files.set(name, new TextEncoder().encode(text));
  }
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  let all = 0;
  for (const [name, bytes] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const packed = gzipSync(bytes, { level: 9, mem: 12, mtime: 0 });
    packed[9] = 255; // the system it was packed on: unknown
    all += packed.length;
    writeFileSync(join(out, `${name}.gz`), packed);
    console.log(`${String(bytes.length).padStart(8)} ${String(packed.length).padStart(8)}  ${name}`);
  }
  console.log(`${String(all).padStart(17)}  in all`);
  if (all > 200 * 1024) throw new Error('the console is larger than 200 KiB compressed');
}
