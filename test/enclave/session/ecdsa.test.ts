/** Keys of threshold ECDSA in an enclave: OT between lives, made ahead and lost with either; then keys and signatures as of any other scheme. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { keccak256, Signature, Transaction } from 'ethers';
import type { Event, Request, Result } from '../../../signer/enclave/api.ts';
import { releaseSignature } from '../../../signer/enclave/path/releaseSignature.ts';
import { activationMessage } from '../../../signer/formats/activation.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import type { Request as Asked } from '../../../signer/formats/request.ts';
import { decodePayload } from '../../../signer/payload/decodePayload.ts';
import { deriveKey } from '../../../signer/payload/derivedKey.ts';
import { activateKey, restart, setUpPair, sign, statusOf } from '../support/life.ts';
import {
  codeOf,
  deliverAll,
  fromHex,
  generate,
  lastOf,
  type Network,
  networkOf,
  okOf,
  wireOf,
} from '../support/network.ts';
import { ask, pend, type World } from '../support/world.ts';

const SCHEME = 'ecdsa-secp256k1';
const KINDS = { transaction: 3, text: 5, digest: 6 };
const PAIRS = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

async function setUpAll(network: Network, block = 2, run = 0): Promise<void> {
  for (const pair of PAIRS) for (const answer of await setUpPair(network, pair, { block, run })) okOf(answer);
  await deliverAll(network);
}

/** The chain makes this request of the ECDSA key, with the digests and effects that its payload has. */
function asks({ facts, ...world }: World, counter: number, kind: number, payload: Uint8Array, path = 0): Request {
  facts.row.kinds = 0xff;
  const { key } = facts;
  const publicKey = { prefix: key.publicKeyPrefix, x: key.publicKeyX };
  const request: Asked = {
    ...facts.request,
    ...{ counter: BigInt(counter), kind, payload, path: new Uint8Array(32).fill(path) },
  };
  const { messages, effects } = decodePayload(SCHEME, kind, { request, publicKey, birth: key.birth });
  return wireOf(ask({ facts, ...world }, { ...request, digests: messages, effects }).request);
}

const text = (network: Network, counter: number, path = 0) =>
  asks(network.world, counter, KINDS.text, new TextEncoder().encode(`message ${counter}`), path);

function addressOf({ facts: { key, request } }: World, path = 0): string {
  const root = { prefix: key.publicKeyPrefix, x: key.publicKeyX };
  const { point } = deriveKey(root, key.birth, { requester: request.requester, path: new Uint8Array(32).fill(path) });
  return `0x${keccak256(point.toBytes(false).slice(1)).slice(-40)}`;
}

const signaturesOf = (events: readonly Event[]) =>
  events.flatMap((event) => (event.event === 'signature' ? event : []));
const faultsOf = (events: readonly Event[]) => events.flatMap((event) => (event.event === 'fault' ? event : []));

describe('an ECDSA key in three enclaves', () => {
  let network: Network;

  beforeEach(async () => {
    network = await networkOf(3, 2, SCHEME);
  });

  it('is made and activated, and has its OT set up while it is made', async () => {
    const during = await setUpPair(network, [1, 3], { block: 1 });
    during.forEach(okOf);
    const [confirmation] = await generate(network);
    const { facts } = network.world;
    const { publicKeyPrefix: prefix, publicKeyX: x, commitments, epoch, attempt, committee } = facts.ceremony;
    pend(network.world);
    const pair = [network.nodes[0]!, network.nodes[2]!];
    for (const node of pair) okOf(await activateKey(network, node, { parties: [1, 3] }));
    await deliverAll(network);
    const { chainId, contracts } = facts.configuration;
    const made = { keyId: facts.committee.keyId, epoch, attempt, committee, publicKey: { prefix, x }, commitments };
    const message = activationMessage(chainId, contracts.keyRegistry.address, made);
    const expected = { scheme: SCHEME, messages: [message], verifyingKey: Uint8Array.of(prefix, ...x) } as const;
    for (const { events } of pair) {
      const signature = fromHex(lastOf(events, 'activation').signature);
      expect(releaseSignature(expected, [signature])).to.deep.equal({ signatures: [signature] });
    }
    expect(toHex(x)).to.equal(confirmation!.publicKeyX);
    expect([2, 3]).to.include(prefix);
  });

  it('signs an EIP-1559 transaction of a derived address', async () => {
    await generate(network);
    await setUpAll(network);
    const unsigned = Transaction.from({
      ...{ type: 2, chainId: 31_338, nonce: 0, to: `0x${'b0'.repeat(20)}`, value: 5n, data: '0x' },
      ...{ gasLimit: 21_000, maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n },
    });
    const request = asks(network.world, 1, KINDS.transaction, fromHex(unsigned.unsignedSerialized as `0x${string}`), 7);
    for (const node of network.nodes.slice(1))
      okOf(await sign(network, node, { parties: [2, 3], requests: [request] }));
    await deliverAll(network);
    const [signed] = signaturesOf(network.nodes[1]!.events);
    const transaction = unsigned.clone();
    transaction.signature = Signature.from(signed!.signatures[0]!);
    expect(transaction.from?.toLowerCase()).to.equal(addressOf(network.world, 7));
  });

  it('signs many requests in one session, each with its own key, in batches of what one envelope holds', async () => {
    await generate(network);
    await setUpAll(network);
    const requests = [1, 2, 3, 4, 5, 6].map((counter) => text(network, counter, counter));
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node, { requests }));
    await deliverAll(network);
    for (const { events } of network.nodes.slice(0, 2)) {
      const signed = signaturesOf(events);
      expect(signed).to.have.length(6);
      signed.forEach(({ signatures }, at) => {
        const signature = fromHex(signatures[0]!);
        const recovered = secp256k1.Signature.fromBytes(signature.slice(0, 64))
          .addRecoveryBit(signature[64]! - 27)
          .recoverPublicKey(fromHex(requests[at]!.digests[0]!));
        const address = `0x${keccak256(recovered.toBytes(false).slice(1)).slice(-40)}`;
        expect(address, `request ${at}`).to.equal(addressOf(network.world, at + 1));
      });
      expect(faultsOf(events)).to.deep.equal([]);
    }
  });

  it('takes no more than sixteen messages of three signers, and one request always', async () => {
    await generate(network);
    await setUpAll(network);
    const requests = Array.from({ length: 17 }, (_, at) => text(network, at + 1));
    expect(codeOf(await sign(network, network.nodes[0]!, { requests }))).to.equal('REQUEST_COUNT');
    okOf(await sign(network, network.nodes[0]!, { requests: requests.slice(1) }));
  });

  it('signs nothing before OT is set up, and begins no session', async () => {
    await generate(network);
    const requests = [text(network, 1)];
    const [node] = network.nodes as [Network['nodes'][0]];
    expect(codeOf(await sign(network, node, { requests }))).to.equal('OT_SETUP_MISSING');
    expect((await statusOf(node)).sessions).to.equal(0);
    await setUpAll(network, 3);
    okOf<Result<'sign'>>(await sign(network, node, { requests }));
  });

  it('tells with whom OT is set up, and forgets it when either boots again', async () => {
    await generate(network);
    await setUpAll(network);
    const seats = network.world.seats;
    const paired = async (party: number) =>
      (await statusOf(network.nodes[party - 1]!)).pairs.map(({ member }) => member);
    expect(await paired(1)).to.deep.equal([toHex(seats[1]!.id), toHex(seats[2]!.id)]);
    await restart(network, 2);
    expect(await paired(2)).to.deep.equal([]);
    const requests = [text(network, 1)];
    for (const node of network.nodes.slice(0, 2))
      expect(codeOf(await sign(network, node, { block: 5, requests }))).to.equal('OT_SETUP_MISSING');
    for (const answer of await setUpPair(network, [1, 2], { block: 5 })) okOf(answer);
    await deliverAll(network);
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node, { block: 5, requests }));
    await deliverAll(network);
    expect(signaturesOf(network.nodes[0]!.events)).to.have.length(1);
  });

  it('sets OT up for no key that signs without, nor with more or fewer than one other member', async () => {
    const [answer] = await setUpPair(await networkOf(3, 2, 'bip340'), [1, 2], { block: 1 });
    expect(codeOf(answer!)).to.equal('OT_NOT_USED');
    const three = await setUpPair(network, [1, 2, 3] as unknown as [number, number], { block: 1 });
    expect(three.map(codeOf)).to.deep.equal(['SET_SIZE', 'SET_SIZE', 'SET_SIZE']);
  });
});
