/** The rules that keep the measured code small and the core deterministic; pure, so that they can be tried on made-up files. */

import { dirname, join, normalize } from 'node:path/posix';

export type SourceFile = { readonly path: string; readonly text: string };

type Layer = {
  readonly folder: string;
  /** Folders or files of this repository that it may import. */
  readonly may: readonly string[];
  /** Packages that it may import. */
  readonly packages: readonly RegExp[];
  /** Files that touch the world: node's modules, clocks, randomness. Everything else gets these as ports. */
  readonly adapters: readonly RegExp[];
};

const NOBLE = /^@noble\/(curves|hashes)\//;
const CIPHERS = /^@noble\/ciphers\//;

type Floor = Omit<Layer, 'may'>;

/** Bottom up: a floor imports those below it. They are pure: no I/O, no clock, no Node; randomness is an argument. */
const PURE_FLOORS: readonly Floor[] = [
  { folder: 'signer/formats/', packages: [NOBLE], adapters: [] },
  {
    folder: 'signer/protocol/',
    packages: [NOBLE, CIPHERS, /^libsodium-wrappers-sumo$/, /^tiny-secp256k1$/],
    adapters: [],
  },
  { folder: 'signer/proof/', packages: [NOBLE], adapters: [] },
  { folder: 'signer/finality/', packages: [NOBLE], adapters: [] },
  { folder: 'signer/payload/', packages: [NOBLE], adapters: [] },
  { folder: 'signer/evidence/', packages: [NOBLE], adapters: [/^signer\/evidence\/signatures\/node\.ts$/] },
];

const FOLDERS = PURE_FLOORS.map(({ folder }) => folder);
/** What a host shares with its enclave: not how signatures are made. */
const SHARED = FOLDERS.filter((folder) => folder !== 'signer/protocol/');

/** The pure floors, and above them what is measured and what is not. A host sees one file of its enclave. */
export const LAYERS: readonly Layer[] = [
  ...PURE_FLOORS.map((floor, at) => ({ ...floor, may: FOLDERS.slice(0, at + 1) })),
  {
    folder: 'signer/audit/',
    // of the enclave, how strictly it reads what others wrote
    may: [
      ...['signer/audit/', 'signer/formats/', 'signer/proof/', 'signer/finality/', 'signer/payload/'],
      ...['signer/enclave/decode/decoder.ts', 'signer/enclave/decode/fields.ts'],
    ],
    packages: [NOBLE],
    adapters: [],
  },
  {
    folder: 'signer/enclave/',
    may: ['signer/enclave/', ...FOLDERS.filter((folder) => folder !== 'signer/evidence/')],
    packages: [NOBLE, CIPHERS, /^@hpke\/core$/],
    adapters: [/^signer\/enclave\/main\.ts$/, /^signer\/enclave\/tee\//],
  },
  {
    folder: 'signer/host/',
    may: ['signer/host/', 'signer/enclave/api.ts', ...SHARED],
    packages: [/^viem(\/|$)/, /^ws$/, /^@peculiar\/x509$/, /^reflect-metadata$/, NOBLE],
    adapters: [/^signer\/host\/main\.ts$/, /^signer\/host\/adapters\//],
  },
];

const NODE_MODULE = /^node:/;
/** Pure functions of node that no layer above the protocol needs a port for. */
const PURE_NODE_MODULES = new Set(['node:path', 'node:util', 'node:buffer']);
const NONDETERMINISM =
  /\b(?:Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|randomBytes|randomUUID|getRandomValues|performance\.now|process\.hrtime)\b/;

export function violations(files: readonly SourceFile[]): string[] {
  return LAYERS.flatMap((layer) =>
    files.filter((file) => file.path.startsWith(layer.folder)).flatMap((file) => inFile(layer, file)),
  );
}

function inFile(layer: Layer, file: SourceFile): string[] {
  const isAdapter = layer.adapters.some((pattern) => pattern.test(file.path));
  const found = importsOf(file).filter((name) => !isAllowed(layer, file, name, isAdapter));
  const problems = found.map((name) => `${file.path} imports ${name}`);
  const chance = isAdapter ? null : NONDETERMINISM.exec(withoutComments(file.text));
  if (chance) problems.push(`${file.path} uses ${chance[0]} outside an adapter`);
  return problems;
}

function isAllowed(layer: Layer, file: SourceFile, name: string, isAdapter: boolean): boolean {
  if (name.startsWith('.')) {
    const target = normalize(join(dirname(file.path), name));
    return layer.may.some((place) => (place.endsWith('/') ? target.startsWith(place) : target === place));
  }
  if (NODE_MODULE.test(name)) return isAdapter || (layer.folder === 'signer/host/' && PURE_NODE_MODULES.has(name));
  return layer.packages.some((pattern) => pattern.test(name));
}

/** Every module named by an import, an export-from, a dynamic import or a require. */
export function importsOf(file: SourceFile): string[] {
  const text = withoutComments(file.text);
  const pattern = /(?:\bfrom\s+|^\s*import\s+|\b(?:import|require)\s*\(\s*)(['"])([^'"\n]+)\1/gm;
  return [...text.matchAll(pattern)].map((match) => match[2] as string);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/[^\n]*/g, '$1');
}
