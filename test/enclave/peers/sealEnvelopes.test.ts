/** One message to many: signed once, sealed for each, and nobody else reads it. */

import { expect } from 'chai';
import { identitiesOn, SIGNATURE_BYTES } from '../../../signer/enclave/identity.ts';
import type { ProvenMember, Session } from '../../../signer/enclave/path/stages.ts';
import { decodeEnvelope } from '../../../signer/enclave/peers/envelope.ts';
import { type EncryptionKey, generateEncryptionKey, hpkeOpen } from '../../../signer/enclave/peers/hpke.ts';
import { openEnvelope } from '../../../signer/enclave/peers/openEnvelope.ts';
import { type Addressed, sealEnvelopes } from '../../../signer/enclave/peers/sealEnvelopes.ts';
import { ENVELOPE_INFO } from '../../../signer/formats/tags.ts';
import { hedged, NO_SECRET } from '../../../signer/protocol/random.ts';
import { seeded } from '../../simulation/random.ts';
import { identities } from '../support/identities.ts';

const SIZE = 5;
const SELF = 2;
const random = seeded('sealing');
const rng = (length: number) => random.bytes(length);
const payload = rng(100);

const keys: EncryptionKey[] = [];
for (let party = 1; party <= SIZE; party++) keys.push(await generateEncryptionKey(rng));
const own = Array.from({ length: SIZE }, () => identities.generate(rng));

function sessionAt(self: number): Session {
  const members = own.map(
    ({ address }, at): ProvenMember => ({
      ...{ party: at + 1, id: rng(32), identity: address },
      ...{ nonce: rng(16), encryptionKey: keys[at]!.publicKey },
    }),
  );
  return { id: new Uint8Array(32).fill(9), self, members } as unknown as Session;
}

/** An identity that counts its signatures. */
function counting() {
  const { engine, key } = own[SELF - 1]!;
  const count = { signatures: 0 };
  const sign: typeof engine.sign = (hash, secret) => {
    count.signatures += 1;
    return engine.sign(hash, secret);
  };
  return { count, identity: identitiesOn({ ...engine, sign }).of(key.reveal()) };
}

async function opened({ to, envelope }: Addressed): Promise<Uint8Array> {
  const { payload: said } = await openEnvelope(
    decodeEnvelope(envelope),
    sessionAt(to.party),
    keys[to.party - 1]!,
    payload.length,
    identities,
  );
  return said;
}

async function messageIn({ to, envelope }: Addressed): Promise<Uint8Array> {
  const decoded = decodeEnvelope(envelope);
  return (await hpkeOpen(keys[to.party - 1]!, ENVELOPE_INFO, decoded.aad, decoded))!;
}

const drawn = hedged(rng, 'test', NO_SECRET);

describe('sealEnvelopes', () => {
  it('signs a broadcast once, and each receiver opens the same message [HP-10]', async () => {
    const { count, identity } = counting();
    const sealed = await sealEnvelopes(sessionAt(SELF), { round: 3, payload, to: undefined }, identity, drawn);
    expect(sealed.map(({ to }) => to.party)).to.deep.equal([1, 3, 4, 5]);
    expect(count.signatures).to.equal(1);
    for (const each of sealed) expect(await opened(each)).to.deep.equal(payload);
    const signatures = await Promise.all(sealed.map(async (each) => (await messageIn(each)).slice(0, SIGNATURE_BYTES)));
    expect(new Set(signatures.map((signature) => signature.join())).size).to.equal(1);
    expect(new Set(sealed.map(({ envelope }) => envelope.slice(40, 72).join())).size).to.equal(4);
  });

  it('signs what is for one member for that member alone', async () => {
    const { count, identity } = counting();
    const saying = { round: 3, payload, to: 4 };
    const [direct, ...rest] = await sealEnvelopes(sessionAt(SELF), saying, identity, drawn);
    expect(rest).to.deep.equal([]);
    expect(count.signatures).to.equal(1);
    expect(await opened(direct!)).to.deep.equal(payload);
    const [other] = await sealEnvelopes(sessionAt(SELF), { ...saying, to: 5 }, identity, drawn);
    const [one, another] = [await messageIn(direct!), await messageIn(other!)];
    expect(one.slice(0, SIGNATURE_BYTES)).not.to.deep.equal(another.slice(0, SIGNATURE_BYTES));
  });
});
