/** One party in a process of its own: makes a key with the others, signs once, and then says what of its secrets is still in its memory. */

import { randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite, SuiteName } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import { committeeOf } from '../../../signer/protocol/committee.ts';
import { frostSign } from '../../../signer/protocol/frost/frostSign.ts';
import { keygen } from '../../../signer/protocol/keygen/keygen.ts';
import type { KeyShare } from '../../../signer/protocol/keygen/keyShare.ts';
import { fast } from '../suites.ts';
import { noting, report, run } from './memoryParty.ts';

const [name, self, contexts] = [process.argv[2] as SuiteName, Number(process.argv[3]), process.argv.slice(4)];
const [keyContext, signingContext] = contexts.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
const peer = 3 - self;
const message = new Uint8Array(32).fill(9);

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

const held: KeyShare = await run(keygen(committeeOf(self, [1, 2], 2, keyContext!), suite, source), peer);
const orders = [{ message, tweaks: [] }];
await run(frostSign(committeeOf(self, [1, 2], 2, signingContext!), suite, held, { orders }, source), peer);
noting('held', held.secret.reveal());
report();
