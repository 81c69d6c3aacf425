// Sets the project up if need be, and runs a command in it:  node scripts/bootstrap.mjs <tool | file.ts> [arguments]
//
// Plain JavaScript without dependencies, because it runs on whatever Node (>= 20) the machine has. The project itself runs on one pinned
// Node that comes from npm like any other package (the `node-*` of optionalDependencies). Hence two steps: a host's npm looks at the
// host's Node and leaves out packages that need a newer one, so it fetches only Node; that Node then runs npm for everything else.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './bootstrapLock.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.quorate-setup.json');
const LOCK = join(ROOT, '.setup-lock');
const WINDOWS = process.platform === 'win32';
const OLDEST_NODE = 26;

const say = (text) => process.stderr.write(`quorate: ${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

// --- What is there -----------------------------------------------------------------------------------------------------------------

function hash(...files) {
  const sum = createHash('sha256');
  for (const file of files) sum.update(existsSync(file) ? readFileSync(file) : 'none').update('\0');
  return sum.digest('hex');
}

const wantedHash = () => hash(join(ROOT, 'package.json'), join(ROOT, 'package-lock.json'));
/** npm's own record of what it installed. */
const treeHash = () => hash(join(MODULES, '.package-lock.json'));
const machine = `${process.platform} ${process.arch}`;

/** The stamp that ended the last set-up; empty if there was none, or if it was interrupted. */
function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return {};
  }
}

const isWhole = (stamp) =>
  stamp.machine === machine && stamp.tree === treeHash() && existsSync(resolve(ROOT, stamp.node));
const isCurrent = (stamp) => isWhole(stamp) && stamp.wanted === wantedHash();

/** The package that brings Node for this machine, if there is one. */
function nodePackage() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const system = WINDOWS ? 'win' : process.platform;
  const names = [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`];
  const name = names.find((candidate) => optionalDependencies[candidate]);
  if (!name) return undefined;
  return { name, version: optionalDependencies[name], file: join(MODULES, name, 'bin', WINDOWS ? 'node.exe' : 'node') };
}

/** Whether it runs: an interrupted npm leaves broken files, and on some systems (another C library) no such file runs. */
function works(node) {
  if (!node || !existsSync(node.file)) return false;
  const answer = spawnSync(node.file, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.trim() === `v${node.version}`;
}

// --- Setting up --------------------------------------------------------------------------------------------------------------------

/** Runs a child to its end and gives its exit code; passes signals on, so that none outlives us. */
function runChild(file, args, options, onStart = () => {}) {
  const child = spawn(file, args, options);
  // A terminal's Ctrl-C reaches the child by itself.
  const forward = (signal) => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return new Promise((done) => {
    child.on('spawn', () => onStart(child.pid));
    child.on('error', (error) => fail(`cannot run ${file}: ${error.message}`));
    child.on('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward);
      done(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** The host's npm as a JavaScript file, which any Node can run. */
function npmFile() {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath?.replace(/npx-cli\.js$/, 'npm-cli.js') ?? '',
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = places.find((place) => place.endsWith('npm-cli.js') && existsSync(place));
  return found ?? fail('cannot find npm. Start through npm: "npm run <script>" or "npx quorate <command>".');
}

async function npm(node, args, onStart) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  // Progress, not a result: what npm prints goes to stderr.
  const code = await runChild(
    node,
    [npmFile(), ...args, ...quiet],
    { cwd: ROOT, env, stdio: ['ignore', 2, 2] },
    onStart,
  );
  if (code !== 0) fail(`"npm ${args[0]}" ended with exit code ${code}. Run the same command again to resume.`);
}

/** Empties node_modules, all but a Node that works: npm never repairs what an interrupted npm left. */
function emptyModules(kept) {
  if (!existsSync(MODULES)) return;
  for (const name of readdirSync(MODULES)) {
    if (name !== kept?.name) rmSync(join(MODULES, name), { recursive: true, force: true });
  }
}

/** The Node that will run everything: the one from npm, or else the host's own if it is new enough. */
function chooseNode(brought) {
  if (works(brought)) return brought.file;
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath;
  return fail(
    `npm has no Node ${OLDEST_NODE} that runs on this machine (${machine}), and its own Node is ${process.versions.node}. ` +
      `Install Node ${OLDEST_NODE} or newer from nodejs.org or your system, and run the same command again.`,
  );
}

async function setUp(onStart) {
  const stamp = readStamp();
  if (isCurrent(stamp)) return; // somebody else did it while this process waited
  rmSync(STAMP, { force: true });

  const brought = nodePackage();
  const usable = works(brought);
  if (!isWhole(stamp) || !usable) emptyModules(usable ? brought : undefined);
  if (brought && !usable) {
    say(`setting up, step 1 of 2: Node ${brought.version}`);
    await npm(process.execPath, ['ci', '--omit=dev'], onStart);
  }
  const node = chooseNode(brought);
  say('setting up, step 2 of 2: tools and libraries (about half a minute)');
  await npm(node, ['install', '--no-save', '--include=dev'], onStart);

  const file = node.startsWith(MODULES) ? relative(ROOT, node) : node;
  writeFileSync(STAMP, JSON.stringify({ machine, wanted: wantedHash(), tree: treeHash(), node: file }));
  say('set up');
}

// --- Running -----------------------------------------------------------------------------------------------------------------------

/** Makes sure that everything is there, runs a tool of node_modules/.bin or a file under the project's Node, and gives its exit code. */
export async function run(command, args) {
  const waiting = () =>
    say(`another process is setting up: waiting for it (if none is, remove ${relative(process.cwd(), LOCK)})`);
  if (!isCurrent(readStamp())) await withLock(LOCK, setUp, waiting);

  const node = resolve(ROOT, readStamp().node);
  const isFile = /\.(ts|mjs|js)$/.test(command);
  const tool = join(MODULES, '.bin', WINDOWS ? `${command}.cmd` : command);
  const env = {
    HARDHAT_DISABLE_TELEMETRY: 'true', // tools report nothing to anybody
    ...process.env,
    PATH: [dirname(node), join(MODULES, '.bin'), process.env.PATH].join(delimiter),
  };
  if (isFile || command === 'node') {
    return runChild(node, isFile ? [command, ...args] : args, { env, stdio: 'inherit' });
  }
  return runChild(tool, args, { env, stdio: 'inherit', shell: WINDOWS });
}

if (resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2);
  if (!command) fail('usage: node scripts/bootstrap.mjs <tool | file.ts> [arguments]');
  process.exitCode = await run(command, args);
}
