// Finds the Nodes of this machine, the one brought along and the host's own, and the host's npm.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const MODULES = join(ROOT, 'node_modules');
export const WINDOWS = process.platform === 'win32';
export const MACHINE = `${process.platform} ${process.arch}`;
const OLDEST_NODE = 26;

const versionOf = (file) => spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';

/** Something that a person has to mend; the message says what to do. */
export class SetupProblem extends Error {}

/** The package that brings Node for this machine, if there is one. */
export function broughtNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const system = WINDOWS ? 'win' : process.platform;
  const names = [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`];
  const name = names.find((candidate) => optionalDependencies[candidate]);
  if (!name) return undefined;
  return { name, version: optionalDependencies[name], file: join(MODULES, name, 'bin', WINDOWS ? 'node.exe' : 'node') };
}

/** Whether it runs: an interrupted npm leaves broken files, and on some systems (another C library) no such file runs. */
export const works = (node) =>
  node !== undefined && existsSync(node.file) && versionOf(node.file) === `v${node.version}`;

/** The machine's own Node, even if the one brought along runs this: that one may be about to be replaced. */
function hostNode() {
  const isOurs = (file) => realpathSync(file).startsWith(MODULES);
  if (!isOurs(process.execPath)) return process.execPath;
  const files = process.env.PATH.split(delimiter).map((folder) => join(folder, WINDOWS ? 'node.exe' : 'node'));
  return files.find((file) => existsSync(file) && !isOurs(file)) ?? process.execPath;
}

/** Found at once, while all files are in their places. */
export const HOST_NODE = hostNode();

/** The host's npm as a JavaScript file, which any Node can run. */
export function npmFile() {
  const beside = dirname(HOST_NODE);
  const places = [
    process.env.npm_execpath?.replace(/npx-cli\.js$/, 'npm-cli.js') ?? '',
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = places.find((place) => place.endsWith('npm-cli.js') && existsSync(place));
  if (!found)
    throw new SetupProblem('cannot find npm. Start through npm: "npm run <script>" or "npx quorate <command>".');
  return found;
}

/** The Node that will run everything: the one from npm, or else the host's own if it is new enough. */
export function chooseNode(brought) {
  if (works(brought)) return brought.file;
  const version = versionOf(HOST_NODE);
  if (Number.parseInt(version.slice(1), 10) >= OLDEST_NODE) return HOST_NODE;
  throw new SetupProblem(
    `npm has no Node ${OLDEST_NODE} that runs on this machine (${MACHINE}), and its own Node is ${version}. ` +
      `Install Node ${OLDEST_NODE} or newer from nodejs.org or your system, and run the same command again.`,
  );
}
