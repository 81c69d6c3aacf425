/** A file of options, read strictly: a name that nobody knows may be one that was meant. */

import { getAddress, isAddress } from 'ethers';
import { parseJson } from '../../signer/host/plainJson.ts';
import type { DeployOptions } from './options.ts';

/** One line: all that is wrong with it. */
export class BadOptions extends Error {}

const MOST_BYTES = 1_000_000;
const MOST_CERTIFICATE_BYTES = 2_048;

type Leaf = 'text' | 'yesNo' | 'number' | 'amount' | 'address' | 'account' | 'word' | 'certificate';
type Shape = Leaf | { readonly [name: string]: Shape } | readonly [Shape] | { readonly orNull: Shape };

const SHAPE = {
  token: { name: 'text', symbol: 'text', allocations: [{ holder: 'address', amount: 'amount' }] },
  governor: {
    ...{ name: 'text', votingDelay: 'number', votingPeriod: 'number', proposalThreshold: 'amount' },
    ...{ quorumPercent: 'number', lateQuorumExtension: 'number' },
  },
  ...{ timelockDelay: 'number', promotionCount: 'number', minimumCanaryTime: 'number', trustDelay: 'number' },
  ...{ committeeDelay: 'number', minimumBeatBound: 'number' },
  beat: { beatBound: 'number', releasesPerBeat: 'number', margin: 'number' },
  ...{ guardian: 'account', settler: 'account' },
  nitro: {
    orNull: { root: 'certificate', platformSalt: 'word', documentSeconds: 'number', registrationSeconds: 'number' },
  },
  intel: {
    orNull: {
      ...{ root: 'certificate', platformSalt: 'word', sgx: 'yesNo' },
      policy: {
        ...{ registrationSeconds: 'number', overdueSeconds: 'number', evaluationGraceSeconds: 'number' },
        ...{ leastTcbEvaluation: 'number', leastQeEvaluation: 'number' },
      },
    },
  },
} as const satisfies Readonly<Record<keyof DeployOptions, Shape>>;

const MEANT: Readonly<Record<Leaf, string>> = {
  text: 'words',
  yesNo: 'true or false',
  number: 'a whole number, from 0 on',
  amount: 'a whole number in quotes, such as "1000"',
  address: 'an address',
  account: 'an address or null',
  word: '0x and 64 hexadecimal digits',
  certificate: `0x and hexadecimal digits of DER, ${MOST_CERTIFICATE_BYTES} bytes at most`,
};

/** JSON has no bigint: amounts are decimal strings. @throws BadOptions */
export function parseOptions(text: string): DeployOptions {
  if (text.length > MOST_BYTES) throw new BadOptions(`it is longer than ${MOST_BYTES} bytes`);
  const problems: string[] = [];
  const options = read(jsonOf(text), SHAPE, '', problems);
  if (problems.length > 0) throw new BadOptions(problems.join('; '));
  return options as DeployOptions;
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new BadOptions((cause as Error).message, { cause });
  }
}

function read(value: unknown, shape: Shape, path: string, problems: string[]): unknown {
  if (typeof shape === 'string') return readLeaf(value, shape, path, problems);
  if (Array.isArray(shape)) return readList(value, shape[0] as Shape, path, problems);
  if ('orNull' in shape) return value === null ? null : read(value, shape.orNull as Shape, path, problems);
  return readObject(value, shape as Readonly<Record<string, Shape>>, path, problems);
}

function readList(value: unknown, shape: Shape, path: string, problems: string[]): unknown {
  if (Array.isArray(value)) return value.map((each, at) => read(each, shape, `${path}[${at}]`, problems));
  problems.push(`${path} must be a list`);
  return [];
}

function readObject(value: unknown, shape: Readonly<Record<string, Shape>>, path: string, problems: string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${path === '' ? 'it' : path} must be an object`);
    return {};
  }
  const prefix = path === '' ? '' : `${path}.`;
  for (const name of Object.keys(value).filter((each) => !Object.hasOwn(shape, each)))
    problems.push(`there is no option ${prefix}${name}${suggestion(name, Object.keys(shape), prefix)}`);
  const given = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, part]) => {
      if (Object.hasOwn(given, name)) return [[name, read(given[name], part, `${prefix}${name}`, problems)]];
      problems.push(`${prefix}${name} is missing`);
      return [];
    }),
  );
}

function readLeaf(value: unknown, leaf: Leaf, path: string, problems: string[]): unknown {
  const found = leafOf(value, leaf);
  if (found === undefined) problems.push(`${path} must be ${MEANT[leaf]}`);
  return found;
}

function leafOf(value: unknown, leaf: Leaf): unknown {
  switch (leaf) {
    case 'yesNo':
      return typeof value === 'boolean' ? value : undefined;
    case 'number':
      return Number.isSafeInteger(value) && (value as number) >= 0 ? value : undefined;
    case 'account':
      return value === null ? null : leafOf(value, 'address');
    case 'address':
      return typeof value === 'string' && /^0x/.test(value) && isAddress(value) ? getAddress(value) : undefined;
    case 'amount':
      return typeof value === 'string' && /^(0|[1-9][0-9]{0,77})$/.test(value) ? BigInt(value) : undefined;
    case 'word':
      return typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value) ? value : undefined;
    case 'certificate':
      return typeof value === 'string' && isCertificate(value) ? value : undefined;
    case 'text':
      return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  }
}

function isCertificate(text: string): boolean {
  return text.length <= 2 + 2 * MOST_CERTIFICATE_BYTES && /^0x30([0-9a-f]{2})+$/.test(text);
}

function suggestion(name: string, known: readonly string[], prefix: string): string {
  const [near] = known
    .map((each) => ({ each, far: distance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, far }) => far <= Math.max(1, Math.floor(each.length / 4)))
    .sort((a, b) => a.far - b.far);
  return near === undefined ? '' : ` (${prefix}${near.each}?)`;
}

/** Levenshtein: letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** What stands in options.example.json in place of what a DAO decides: on a chain that is not local it is nobody's. */
export function placeholdersIn({ token, governor, guardian, settler }: DeployOptions): string[] {
  const accounts: [string, string | null][] = [
    ...token.allocations.map(({ holder }, at): [string, string] => [`token.allocations[${at}].holder`, holder]),
    ['guardian', guardian],
    ['settler', settler],
  ];
  const found = accounts.filter(([, account]) => account !== null && isPlaceholder(account));
  const names: [string, string, boolean][] = [
    ['token.name', token.name, token.name === 'Example'],
    ['token.symbol', token.symbol, token.symbol === 'EX'],
    ['governor.name', governor.name, governor.name === 'Example DAO'],
  ];
  return [
    ...names.filter(([, , is]) => is).map(([name, value]) => `${name} "${value}"`),
    ...found.map(([name, account]) => `${name} ${account}`),
  ];
}

/** Twenty times the same byte: nobody has the key. */
function isPlaceholder(account: string): boolean {
  return /^0x(..)\1{19}$/i.test(account);
}
