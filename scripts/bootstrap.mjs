// Brings along everything the project needs and runs a command with it:  node scripts/bootstrap.mjs <command | file.ts> [arguments]
//
// Plain JavaScript without dependencies, because it runs on whatever Node (>= 20) the machine has. The project itself runs on one pinned
// Node, which npm fetches like any other package (the `node-*` of optionalDependencies). Two steps, because a host's npm looks at the host's
// Node and would leave out packages that need a newer one: the host's npm fetches only Node, and that Node runs npm for all the rest.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './bootstrapLock.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.quorate-setup.json');
const LOCK = join(ROOT, '.setup-lock');
const OLDEST_NODE = 26;

const say = (text) => process.stderr.write(`quorate: ${text}\n`);
const hash = (...files) => {
  const sum = createHash('sha256');
  for (const file of files)
    sum.update(existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file)) : '-').update('\0');
  return sum.digest('hex');
};
/** `wanted`: what was asked to be installed. `tree`: what npm says it installed. */
const state = () => ({
  wanted: hash('package.json', 'package-lock.json'),
  tree: hash('node_modules/.package-lock.json'),
});

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return {}; // never set up, or interrupted before the stamp was written
  }
}

function isSetUp() {
  const stamp = readStamp();
  const { wanted, tree } = state();
  return stamp.wanted === wanted && stamp.tree === tree;
}

/** The package that holds Node for this machine, if there is one, and where Node lies in it. */
function nodePackage() {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).optionalDependencies;
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const names = [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`];
  const name = names.find((candidate) => wanted[candidate]);
  if (!name) return undefined;
  const file = join(MODULES, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return { name, version: wanted[name], file };
}

/** A file that an interrupted npm left may be there and yet be broken: only one that runs counts. */
function works(node) {
  if (!node || !existsSync(node.file)) return false;
  const run = spawnSync(node.file, ['--version'], { encoding: 'utf8' });
  return run.status === 0 && run.stdout.trim() === `v${node.version}`;
}

function fail(text) {
  say(text);
  process.exit(1);
}

/** The Node that runs the project: the one brought along, or else the host's own, if it is new enough. */
function projectNode() {
  const node = nodePackage();
  if (node && existsSync(node.file)) return node.file;
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath;
  return fail(
    `no Node for ${process.platform} ${process.arch} comes from npm, and yours is ${process.versions.node}. ` +
      `Install Node ${OLDEST_NODE} or newer, and run the same command again.`,
  );
}

/** The host's npm as a JavaScript file, so that any Node can run it. */
function npmFile() {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath?.replace(/npx-cli\.js$/, 'npm-cli.js') ?? '',
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = places.find((place) => place.endsWith('npm-cli.js') && existsSync(place));
  return found ?? fail('cannot find npm. Start this through npm: npm run <script>, or npx quorate <command>.');
}

function npm(node, ...args) {
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm's own output is progress, not a result: it goes to stderr.
  const run = spawnSync(node, [npmFile(), ...args, ...quiet], { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  if (run.status !== 0)
    fail(`"npm ${args[0]}" failed (${run.signal ?? `exit code ${run.status}`}); what it said stands above.`);
}

/** Empties node_modules, all but a Node that works: npm never repairs what an interrupted npm left behind. */
function emptyModules(keep) {
  if (!existsSync(MODULES)) return;
  for (const name of readdirSync(MODULES)) {
    if (name !== keep) rmSync(join(MODULES, name), { recursive: true, force: true });
  }
}

function setUp() {
  if (isSetUp()) return; // another process did it while this one waited
  const stamp = readStamp();
  const whole = stamp.tree !== undefined && stamp.tree === state().tree;
  rmSync(STAMP, { force: true });

  const node = nodePackage();
  if (!whole || !works(node)) emptyModules(works(node) ? node.name : undefined);
  if (node && !works(node)) {
    say(`setting up, 1 of 2: Node ${node.version}`);
    npm(process.execPath, 'ci', '--omit=dev');
    // Where the package does not run (say, for another C library), the host's own Node may do.
    if (!works(node)) emptyModules(undefined);
  }
  const runner = projectNode();
  say('setting up, 2 of 2: everything else (about half a minute)');
  npm(runner, 'install', '--no-save', '--include=dev');
  writeFileSync(STAMP, JSON.stringify(state()));
  say('ready');
}

/** Files run under the project's Node; anything else is a tool from node_modules/.bin. */
function commandLine(node, [command, ...args]) {
  if (/\.(ts|mjs|js)$/.test(command)) return [node, [command, ...args], false];
  if (command === 'node') return [node, args, false];
  const tool = join(MODULES, '.bin', process.platform === 'win32' ? `${command}.cmd` : command);
  return [tool, args, process.platform === 'win32'];
}

/** Makes sure that the project is set up, then runs the command under its Node and ends as the command ends. */
export function run(args) {
  if (!isSetUp()) withLock(LOCK, setUp, () => say('another set-up is running, waiting for it'));
  const node = projectNode();
  const [file, fileArgs, shell] = commandLine(node, args);
  const path = [dirname(node), join(MODULES, '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(file, fileArgs, { stdio: 'inherit', shell, env: { ...process.env, PATH: path } });
  child.on('error', (error) => fail(`cannot run ${args[0]}: ${error.message}`));

  // Ctrl-C in a terminal reaches the child by itself; everything else is passed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

if (resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (process.argv.length < 3) fail('usage: node scripts/bootstrap.mjs <command | file.ts> [arguments]');
  run(process.argv.slice(2));
}
