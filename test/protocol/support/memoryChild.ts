/** One party in a process of its own: makes a key with the others, signs once, and then says what of its secrets is still in its memory. */

import { randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite, SuiteName } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import { committeeOf } from '../../../signer/protocol/committee.ts';
import { frostSign } from '../../../signer/protocol/frost/frostSign.ts';
import { keygen } from '../../../signer/protocol/keygen/keygen.ts';
import type { KeyShare } from '../../../signer/protocol/keygen/keyShare.ts';
import type { Protocol, RoundOut } from '../../../signer/protocol/round.ts';
import { masked, occurrences } from '../memoryScan.ts';
import { fast } from '../suites.ts';

const [name, self, contexts] = [process.argv[2] as SuiteName, Number(process.argv[3]), process.argv.slice(4)];
const [keyContext, signingContext] = contexts.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
const message = new Uint8Array(32).fill(9);

const kinds: string[] = [];
const needles: Uint8Array[] = [];
function noting<T extends Uint8Array>(kind: string, secret: T): T {
  kinds.push(kind);
  needles.push(masked(secret));
  return secret;
}

function watched(suite: Ciphersuite): Ciphersuite {
  const { scalars } = suite.group;
  const evaluate: typeof scalars.evaluate = (coefficients, x) => {
    for (const a of coefficients) noting('coefficient', a);
    return noting('share dealt', scalars.evaluate(coefficients, x));
  };
  const channel: typeof suite.envelope.channel = (mine, theirs) => {
    const inner = suite.envelope.channel(mine, theirs);
    return { ...inner, open: (route, sealed) => noting('share received', inner.open(route, sealed)) };
  };
  const publicOf: typeof suite.envelope.publicOf = (secret) => suite.envelope.publicOf(noting('envelope key', secret));
  return {
    ...suite,
    group: { ...suite.group, scalars: { ...scalars, evaluate } },
    envelope: { ...suite.envelope, channel, publicOf },
    h3: (preimage) => {
      noting('drawn for a nonce', preimage);
      return noting('nonce', suite.h3(preimage));
    },
  };
}

const suite = watched(fast[name]);
const source = (length: number) => noting('from the source', randomBytes(length));

async function run<T>(protocol: Protocol<T>): Promise<T> {
  let step = protocol.next();
  while (!step.done) {
    const heard = await told(step.value);
    step = protocol.next(heard);
  }
  return step.value;
}

/** The parent carries what everybody says. */
function told(out: RoundOut): Promise<Parameters<Protocol<unknown>['next']>[0] & ReadonlyMap<never, never>> {
  return new Promise((resolve) => {
    process.once('message', (heard: readonly (readonly [number, readonly number[]])[]) =>
      resolve(new Map(heard.map(([id, bytes]) => [id, { broadcast: Uint8Array.from(bytes) }])) as never),
    );
    process.send!([...out.broadcast!]);
  });
}

const held: KeyShare = await run(keygen(committeeOf(self, [1, 2], 2, keyContext!), suite, source));
const orders = [{ message, tweaks: [] }];
await run(frostSign(committeeOf(self, [1, 2], 2, signingContext!), suite, held, { orders }, source));
noting('held', held.secret.reveal());
const counts = occurrences(needles);
process.send!({ found: kinds.map((kind, at) => [kind, counts[at]]) }, () => process.exit(0));
