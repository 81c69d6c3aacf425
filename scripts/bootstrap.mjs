// Sets the project up if need be, and runs a command in it:  node scripts/bootstrap.mjs <tool | file.ts> [arguments]
//
// Plain JavaScript without dependencies, because it runs on whatever Node (>= 20) the machine has. The project itself runs on one pinned
// Node that comes from npm like any other package (the `node-*` of optionalDependencies). Hence two steps: a host's npm looks at the
// host's Node and leaves out packages that need a newer one, so it fetches only Node; that Node then runs npm for everything else.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './bootstrapLock.mjs';
import {
  broughtNode,
  chooseNode,
  HOST_NODE,
  MACHINE,
  MODULES,
  npmFile,
  ROOT,
  SetupProblem,
  WINDOWS,
  works,
} from './bootstrapNode.mjs';

const STAMP = join(MODULES, '.quorate-setup.json');
const LOCK = join(ROOT, '.setup-lock');

const say = (text) => process.stderr.write(`quorate: ${text}\n`);

// --- What is there -----------------------------------------------------------------------------------------------------------------

function hash(...files) {
  const sum = createHash('sha256');
  for (const file of files) sum.update(existsSync(file) ? readFileSync(file) : 'none').update('\0');
  return sum.digest('hex');
}

const wantedHash = () => hash(join(ROOT, 'package.json'), join(ROOT, 'package-lock.json'));
/** npm's own record of what it installed. */
const treeHash = () => hash(join(MODULES, '.package-lock.json'));

/** The stamp that ended the last set-up; empty if there was none, or if it was interrupted. */
function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return {};
  }
}

const isWhole = (stamp) =>
  stamp.machine === MACHINE && stamp.tree === treeHash() && existsSync(resolve(ROOT, stamp.node));
const isCurrent = (stamp) => isWhole(stamp) && stamp.wanted === wantedHash();

// --- Setting up --------------------------------------------------------------------------------------------------------------------

/** So often a launcher of npm looks whether npm is still there, in milliseconds. */
const LOOK = 300;

/**
 * npm ends its shell on SIGTERM and says nothing to us: then whoever started us is another one than before. Only under npm, because what a
 * person started with nohup is to outlive the terminal. Returns what ends the looking.
 */
function whenNpmEnds(act) {
  const parent = process.ppid;
  if (process.env.npm_command === undefined) return () => {};
  const timer = setInterval(() => process.ppid !== parent && act(), LOOK);
  return () => clearInterval(timer);
}

/** Runs a child to its end and gives its exit code; passes signals on, so that none outlives us. */
function runChild(file, args, options, onStart = () => {}) {
  const child = spawn(file, args, options);
  // A terminal's Ctrl-C reaches the child by itself.
  const forward = (signal) => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  const stopLooking = whenNpmEnds(() => {
    stopLooking();
    child.kill('SIGTERM');
  });
  return new Promise((done, fail) => {
    child.on('spawn', () => onStart(child.pid));
    child.on('error', (cause) => {
      stopLooking();
      fail(new SetupProblem(`cannot run ${file}: ${cause.message}`, { cause }));
    });
    child.on('exit', (code, signal) => {
      stopLooking();
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward);
      done(code ?? 128 + constants.signals[signal]);
    });
  });
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
  if (code === 0) return;
  throw new SetupProblem(
    `"npm ${args[0]}" ended with exit code ${code}, see above. When that is mended, run the same command again.`,
  );
}

/** Empties node_modules, all but a Node that works: npm never repairs what an interrupted npm left. */
function emptyModules(kept) {
  if (!existsSync(MODULES)) return;
  for (const name of readdirSync(MODULES)) {
    if (name !== kept?.name) rmSync(join(MODULES, name), { recursive: true, force: true });
  }
}

/** npm scripts find `node` in .bin first. The launcher must not be run by a Node that it may have to replace, or that is broken. */
function unlinkNode() {
  for (const name of ['node', 'node.cmd', 'node.ps1']) rmSync(join(MODULES, '.bin', name), { force: true });
}

async function setUp(onStart) {
  const stamp = readStamp();
  if (isCurrent(stamp)) return; // somebody else did it while this process waited
  const wanted = wantedHash();
  rmSync(STAMP, { force: true });
  unlinkNode();

  const brought = broughtNode();
  const usable = works(brought);
  if (!isWhole(stamp) || !usable) emptyModules(usable ? brought : undefined);
  if (brought && !usable) {
    say(`setting up, step 1 of 2: Node ${brought.version}`);
    await npm(HOST_NODE, ['ci', '--omit=dev'], onStart);
  }
  const node = chooseNode(brought);
  say('setting up, step 2 of 2: tools and libraries (about half a minute)');
  await npm(node, ['install', '--no-save', '--include=dev'], onStart);
  unlinkNode();

  const file = node.startsWith(MODULES) ? relative(ROOT, node) : node;
  writeFileSync(STAMP, JSON.stringify({ machine: MACHINE, wanted, tree: treeHash(), node: file }));
  say('set up');
}

// --- Running -----------------------------------------------------------------------------------------------------------------------

async function runReady(command, args) {
  const lockFile = relative(process.cwd(), LOCK);
  const waiting = () => say(`another process is setting up: waiting for it (if none is, remove ${lockFile})`);
  if (!isCurrent(readStamp())) await withLock(LOCK, setUp, waiting);

  const node = resolve(ROOT, readStamp().node);
  const env = {
    HARDHAT_DISABLE_TELEMETRY: 'true', // tools report nothing to anybody
    ...process.env,
    PATH: [dirname(node), join(MODULES, '.bin'), process.env.PATH].join(delimiter),
  };
  if (/\.(ts|mjs|js)$/.test(command)) return runChild(node, [command, ...args], { env, stdio: 'inherit' });
  if (command === 'node') return runChild(node, args, { env, stdio: 'inherit' });
  const tool = join(MODULES, '.bin', WINDOWS ? `${command}.cmd` : command);
  return runChild(tool, args, { env, stdio: 'inherit', shell: WINDOWS });
}

/** Makes sure that everything is there, runs a tool of node_modules/.bin or a file under the project's Node, and gives its exit code. */
export async function run(command, args) {
  try {
    return await runReady(command, args);
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    say(error.message);
    return 1;
  }
}

if (resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2);
  if (!command) say('usage: node scripts/bootstrap.mjs <tool | file.ts> [arguments]');
  process.exitCode = command ? await run(command, args) : 2;
}
