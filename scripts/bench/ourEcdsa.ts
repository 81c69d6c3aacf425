/** Our threshold ECDSA, all parties in one thread. */
import { randomBytes } from '@noble/hashes/utils.js';
import type { EcdsaSuite } from '../../signer/protocol/ciphersuite/ecdsa.ts';
import { type Committee, committeeOf, type PartyId, partyIdOf } from '../../signer/protocol/committee.ts';
import { online } from '../../signer/protocol/ecdsa/online.ts';
import { otSetup } from '../../signer/protocol/ecdsa/ot/otSetup.ts';
import { OtPairs } from '../../signer/protocol/ecdsa/ot/pairs.ts';
import { type Presignature, presign } from '../../signer/protocol/ecdsa/presign.ts';
import { type EcdsaSession, startEcdsa } from '../../signer/protocol/ecdsa/session.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import type { KeyShare } from '../../signer/protocol/keygen/keyShare.ts';
import type { OneTime } from '../../signer/protocol/onetime.ts';
import { type Run, runInStep } from './inStep.ts';
import { type Timed, timed } from './stopwatch.ts';

export interface Signed {
  readonly presign: Timed<Run<OneTime<Presignature>>>;
  readonly online: Timed<Run<Uint8Array>>;
}

export interface EcdsaParties {
  keygen(): Timed<Run<KeyShare>>;
  /** Between the first t. */
  setUp(): Timed<Run<void>>;
  /** By the first t, from the first OT to a signature that each has verified. */
  sign(): Timed<Signed>;
}

export function ourEcdsa(suite: EcdsaSuite, t: number, n: number): EcdsaParties {
  const boots = new Map(committees(n, t).map(({ self }) => [self, randomBytes(32)]));
  const pairs = new Map([...boots].map(([id, boot]) => [id, new OtPairs(boot)]));
  const make = () => runInStep(committees(n, t), (own) => keygen(own, suite, randomBytes));
  const shares = new Map(make().outputs.map((share) => [share.self, share]));

  const begin = (own: Committee) =>
    startEcdsa(
      own,
      suite,
      found(shares, own.self),
      { digest: randomDigest, tweaks: [] },
      boots,
      found(pairs, own.self),
    );
  const randomDigest = randomBytes(32);

  return {
    keygen: () => timed(make),
    setUp: () =>
      timed(() =>
        runInStep(committees(t, t), (own) => otSetup(own, suite, boots, found(pairs, own.self), randomBytes)),
      ),
    sign: () => timed(() => signOnce(committees(t, t), begin)),
  };
}

function signOnce(members: readonly Committee[], begin: (own: Committee) => EcdsaSession): Signed {
  const sessions = new Map<PartyId, EcdsaSession>();
  const made = timed(() =>
    runInStep(members, (own) => {
      const session = begin(own);
      sessions.set(own.self, session);
      return presign(session, randomBytes);
    }),
  );
  const presignatures = new Map(made.result.outputs.map((presignature, k) => [partyIdOf(k + 1), presignature]));
  const signed = timed(() =>
    runInStep(members, ({ self }) => online(found(sessions, self), found(presignatures, self))),
  );
  return { presign: made, online: signed };
}

function committees(n: number, t: number): Committee[] {
  const ids = Array.from({ length: n }, (_, k) => k + 1);
  const context = randomBytes(32);
  return ids.map((id) => committeeOf(id, ids, t, context));
}

function found<T>(of: ReadonlyMap<PartyId, T>, id: PartyId): T {
  const value = of.get(id);
  if (value === undefined) throw new RangeError(`nothing of party ${id}`);
  return value;
}
