// Every Python, Node and curl sample of every operation, run as it is generated against a server, and the others given
// to whatever here can read their language. Ends with a count; any failure is told with the sample that failed.

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { samples } from '../lib.mjs';
import { endpoint, region } from '../wire.mjs';
import { recipes } from './recipes.mjs';

const run = promisify(execFile);
const { PYTHON, NODE_CLIENTS, WORK } = process.env;
const { operations } = JSON.parse(readFileSync(process.env.OPERATIONS, 'utf8'));
const RUNNERS = {
  python: {
    file: 'sample.py',
    with: (file) => [PYTHON, ['-W', 'ignore', file]],
  },
  node: {
    file: 'sample.cjs',
    with: (file) => [process.execPath, [file]],
    env: { NODE_PATH: NODE_CLIENTS },
  },
  curl: { file: 'sample.sh', with: (file) => ['sh', [file]] },
};
const TIMEOUT_MS = 120_000;
const failures = [];
const written = [];
let passed = 0;

rmSync(WORK, { recursive: true, force: true });

async function play(operation) {
  const recipe = recipes[operation.name];
  if (!recipe) throw new Error('there is no recipe for it in recipes.mjs');
  const prepare = recipe.prepare ?? recipe;
  for (const language of Object.keys(RUNNERS)) {
    // Anew for each language: what one has released another cannot release.
    const params = Object.fromEntries(Object.entries(await prepare()).map(([name, value]) => [name, String(value)]));
    const made = samples({
      action: operation.name,
      version: operation.version,
      params,
      endpoint,
      region,
    });
    for (const sample of made) {
      const folder = join(WORK, operation.name);
      mkdirSync(folder, { recursive: true });
      const runner = RUNNERS[sample.id];
      if (!runner) {
        if (language === 'python') written.push(save(folder, sample));
      } else if (sample.id === language) {
        const file = join(folder, runner.file);
        writeFileSync(file, sample.code);
        await judge(operation.name, language, runner, file, recipe.refused);
      }
    }
  }
}

const ENDINGS = {
  java: 'java',
  go: 'go',
  php: 'php',
  aliyun: 'sh',
  terraform: 'tf',
};

function save(folder, sample) {
  // A public class of Java wants a file of its name, so each has its folder.
  const file = join(folder, sample.id === 'aliyun' ? 'aliyun.sh' : `Sample.${ENDINGS[sample.id]}`);
  writeFileSync(file, sample.code);
  return { id: sample.id, file };
}

async function judge(name, language, runner, file, refused) {
  const [program, args] = runner.with(file);
  const options = {
    timeout: TIMEOUT_MS,
    env: { ...process.env, ...runner.env },
  };
  const { stdout, stderr, code } = await run(program, args, options).then(
    (it) => ({ ...it, code: 0 }),
    (it) => it,
  );
  const good = refused ? `${stdout}${stderr}`.includes(refused) : code === 0 && stdout.includes('RequestId');
  if (good) passed += 1;
  else failures.push(`${name} in ${language} (${code}): ${stdout}${stderr}\n${readFileSync(file, 'utf8')}`);
}

/** As many at once as the machine has cores: most of the time goes into starting Python and Node. */
async function all(jobs, many) {
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await job();
  };
  await Promise.all(Array.from({ length: many }, worker));
}

const PARSERS = {
  java: {
    needs: ['javac', ['--version']],
    check: (files) => ['java', [process.env.JAVA_PARSER, ...files]],
  },
  go: {
    needs: ['gofmt', ['-h']],
    check: (files) => ['gofmt', ['-e', '-l', ...files]],
  },
  php: { needs: ['php', ['--version']], each: (file) => ['php', ['-l', file]] },
  aliyun: {
    needs: ['sh', ['-c', 'true']],
    each: (file) => ['sh', ['-n', file]],
  },
};

async function parse(id, parser) {
  const files = written.filter((it) => it.id === id).map((it) => it.file);
  const there = await run(...parser.needs).then(
    () => true,
    (it) => it.code !== 'ENOENT',
  );
  if (!there) return console.log(`${id}: ${files.length} samples not checked, ${parser.needs[0]} is not installed`);
  const checks = parser.check ? [parser.check(files)] : files.map(parser.each);
  for (const [program, args] of checks) {
    const wrong = await run(program, args).then(
      () => undefined,
      (it) => `${it.stdout}${it.stderr}`,
    );
    if (wrong !== undefined) failures.push(`${id} does not parse: ${wrong}`);
  }
  return console.log(`${id}: ${files.length} samples parsed`);
}

const jobs = (some) =>
  some.map((operation) => () => play(operation).catch((error) => failures.push(`${operation.name}: ${error.stack}`)));
const alone = (operation) => recipes[operation.name]?.alone === true;
await all(jobs(operations.filter((operation) => !alone(operation))), Math.max(2, availableParallelism()));
await all(jobs(operations.filter(alone)), 1);
for (const [id, parser] of Object.entries(PARSERS)) await parse(id, parser);
for (const failure of failures) console.error(`FAILED ${failure}\n`);
console.log(`samples: ${passed} run and succeeded, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed === operations.length * 3 ? 0 : 1;
