/** Sign-In with Ethereum (ERC-4361), by its grammar: what nearly is one would log somebody else in. */

import { refuse } from '../../formats/refusal.ts';
import { parseAddress } from '../evm/address.ts';

type Bytes = Uint8Array;

export type SignIn = {
  /** The site: host and port, with the scheme where it is said. */
  readonly domain: string;
  readonly address: Bytes;
  readonly statement: string | null;
  readonly uri: string;
  readonly chain: bigint;
  readonly issuedAt: string;
  readonly expires: string | null;
  readonly resources: readonly string[];
};

const LIKENESS = /sign\s+in\s+with\s+your\s+ethereum\s+account/i;
const FIRST = / wants you to sign in with your Ethereum account:$/;
/** No user part: what stands before an @ looks like the site. */
const DOMAIN =
  /^(?:[A-Za-z][A-Za-z0-9+.-]{0,31}:\/\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?$/;
/** > statement = 1*( reserved / unreserved / " " ) */
const STATEMENT = /^[A-Za-z0-9 \-._~:/?#[\]@!$&'()*+,;=]+$/;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const USER_PART = /^[^:]+:\/\/[^/?#]*@/;
const CHAIN = /^[1-9][0-9]{0,31}$/;
const NONCE = /^[A-Za-z0-9]{8,}$/;
const TIME =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/;
/** > request-id = *pchar */
const REQUEST_ID = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*$/;

/**
 * Undefined where the text has nothing of a sign-in.
 *
 * @throws Refused SIGN_IN_MALFORMED where it has something of one and is none
 */
export function readSignIn(text: string): SignIn | undefined {
  return LIKENESS.test(text) ? parse(lines(text)) : undefined;
}

type Lines = {
  /** The next line. */
  next(): string;
  /** What follows a label that has to be there, or may. */
  labelled(label: string): string;
  optional(label: string): string | null;
  rest(): readonly string[];
};

function parse(source: Lines): SignIn {
  const first = source.next();
  const domain = matching('domain', first.replace(FIRST, ''), DOMAIN);
  if (!FIRST.test(first)) malformed('the first line');
  const address = addressOf(source.next());
  empty(source.next());
  const statement = statementOf(source);
  const uri = uriOf(source.labelled('URI: '));
  if (source.labelled('Version: ') !== '1') malformed('Version is not 1');
  const chain = BigInt(matching('Chain ID', source.labelled('Chain ID: '), CHAIN));
  matching('Nonce', source.labelled('Nonce: '), NONCE);
  const issuedAt = matching('Issued At', source.labelled('Issued At: '), TIME);
  const expires = timeOf('Expiration Time', source);
  timeOf('Not Before', source);
  const request = source.optional('Request ID: ');
  if (request !== null) matching('Request ID', request, REQUEST_ID);
  return { domain, address, statement, uri, chain, issuedAt, expires, resources: resourcesOf(source) };
}

/** > [ statement LF ] LF */
function statementOf(source: Lines): string | null {
  const line = source.next();
  if (line === '') return null;
  empty(source.next());
  return matching('statement', line, STATEMENT);
}

function timeOf(label: string, source: Lines): string | null {
  const time = source.optional(`${label}: `);
  return time === null ? null : matching(label, time, TIME);
}

/** > [ LF %s"Resources:" *( LF "- " URI ) ] */
function resourcesOf(source: Lines): readonly string[] {
  const [label, ...rest] = source.rest();
  if (label === undefined) return [];
  if (label !== 'Resources:') malformed(`"${label.slice(0, 64)}"`);
  return rest.map((line) =>
    line.startsWith('- ') ? uriOf(line.slice(2)) : malformed(`"${line.slice(0, 64)}" among the resources`),
  );
}

function uriOf(text: string): string {
  const uri = matching('URI', text, URI);
  return USER_PART.test(uri) ? malformed('a URI with a user part') : uri;
}

/** > address: conformant to capitalization checksum encoding specified in ERC-55 */
function addressOf(line: string): Bytes {
  const address = parseAddress(line) ?? malformed(`"${line.slice(0, 64)}" is no address`);
  const digits = line.slice(2);
  const isPlain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  return isPlain && /[A-Fa-f]/.test(digits) ? malformed('an address without its checksum (ERC-55)') : address;
}

function empty(line: string): void {
  if (line !== '') malformed(`"${line.slice(0, 64)}" where an empty line belongs`);
}

function matching(what: string, text: string, pattern: RegExp): string {
  return pattern.test(text) ? text : malformed(`${what} "${text.slice(0, 64)}"`);
}

function lines(text: string): Lines {
  const all = text.split('\n');
  let at = 0;
  const optional = (label: string): string | null => {
    const line = all[at];
    if (line?.startsWith(label) !== true) return null;
    at += 1;
    return line.slice(label.length);
  };
  return {
    next: () => {
      const line = all[at] ?? malformed('too few lines');
      at += 1;
      return line;
    },
    optional,
    labelled: (label) => optional(label) ?? malformed(`no line "${label}"`),
    rest: () => all.slice(at),
  };
}

function malformed(what: string): never {
  return refuse('SIGN_IN_MALFORMED', what);
}
