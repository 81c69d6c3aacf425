/** Keys of threshold ECDSA in an enclave: OT between lives, made ahead and lost with either; then keys and signatures as of any other scheme. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as btc from '@scure/btc-signer';
import { Psbt, script } from 'bitcoinjs-lib';
import { expect } from 'chai';
import { computeAddress, recoverAddress, Signature, Transaction, verifyMessage, verifyTypedData } from 'ethers';
import type { Event, Request, Result } from '../../../signer/enclave/api.ts';
import { releaseSignature } from '../../../signer/enclave/path/releaseSignature.ts';
import { activationMessage } from '../../../signer/formats/activation.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import type { Request as Asked } from '../../../signer/formats/request.ts';
import { keyHashScript } from '../../../signer/payload/bitcoin/decideSegwitPsbt.ts';
import { decodePayload } from '../../../signer/payload/decodePayload.ts';
import { deriveKey } from '../../../signer/payload/derivedKey.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
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
  prove,
  wireOf,
} from '../support/network.ts';
import { ask, pend, type World } from '../support/world.ts';

const SCHEME = 'ecdsa-secp256k1';
const KINDS = { psbt: 1, transaction: 3, typed: 4, text: 5, digest: 6 };
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

/** P2WPKH outputs of the derived key, one from a transaction of its own for each input, to somebody else; built by @scure/btc-signer. */
function spendOf({ world }: Network, counter: number, inputs: number): Request {
  const script = keyHashScript(pointOf(world).toBytes(true));
  const transaction = new btc.Transaction({ version: 2, allowUnknownOutputs: true });
  for (let at = 0; at < inputs; at++) {
    const previous = new btc.Transaction({ version: 2, allowUnknownOutputs: true });
    previous.addInput({ txid: new Uint8Array(32).fill(counter), index: at });
    previous.addOutput({ script, amount: 10_000n });
    const nonWitnessUtxo = previous.unsignedTx;
    const txid = sha256(sha256(nonWitnessUtxo)).reverse();
    transaction.addInput({ txid, index: 0, nonWitnessUtxo, witnessUtxo: { script, amount: 10_000n } });
  }
  transaction.addOutput({ script: Uint8Array.of(0, 20, ...new Uint8Array(20).fill(7)), amount: 9_000n });
  return asks(world, counter, KINDS.psbt, transaction.toPSBT(0));
}

const text = (network: Network, counter: number, path = 0) =>
  asks(network.world, counter, KINDS.text, utf8(`message ${counter}`), path);

function pointOf({ facts: { key, request } }: World, path = 0) {
  const root = { prefix: key.publicKeyPrefix, x: key.publicKeyX };
  return deriveKey(root, key.birth, { requester: request.requester, path: new Uint8Array(32).fill(path) }).point;
}

function addressOf(world: World, path = 0): string {
  return computeAddress(toHex(pointOf(world, path).toBytes(true))).toLowerCase();
}

const utf8 = (words: string) => new TextEncoder().encode(words);
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

  it('signs typed data, texts and digests as wallets verify them', async () => {
    await generate(network);
    await setUpAll(network);
    const domain = { name: 'Mail', version: '1', chainId: 1, verifyingContract: `0x${'c0'.repeat(20)}` };
    const types = { Mail: [{ name: 'contents', type: 'string' }] };
    const typed = {
      types: {
        EIP712Domain: [
          ...[
            { name: 'name', type: 'string' },
            { name: 'version', type: 'string' },
          ],
          ...[
            { name: 'chainId', type: 'uint256' },
            { name: 'verifyingContract', type: 'address' },
          ],
        ],
        ...types,
      },
      ...{ primaryType: 'Mail', domain, message: { contents: 'hello' } },
    };
    const digest = new Uint8Array(32).fill(0x5a);
    const requests = [
      asks(network.world, 1, KINDS.typed, utf8(JSON.stringify(typed))),
      asks(network.world, 2, KINDS.text, utf8('hello')),
      asks(network.world, 3, KINDS.digest, digest),
    ];
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node, { requests }));
    await deliverAll(network);
    const [first, second, third] = signaturesOf(network.nodes[0]!.events).map(({ signatures }) => signatures[0]!);
    const account = addressOf(network.world);
    expect(verifyTypedData(domain, types, { contents: 'hello' }, first!).toLowerCase()).to.equal(account);
    expect(verifyMessage('hello', second!).toLowerCase()).to.equal(account);
    expect(recoverAddress(digest, third!).toLowerCase()).to.equal(account);
  });

  it('signs every input of a P2WPKH spend, more than one batch of them, as bitcoinjs-lib verifies it', async () => {
    await generate(network);
    await setUpAll(network);
    const request = spendOf(network, 1, 6);
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node, { requests: [request] }));
    await deliverAll(network);
    const [signed] = signaturesOf(network.nodes[1]!.events);
    const psbt = Psbt.fromBuffer(fromHex(request.payload));
    const pubkey = pointOf(network.world).toBytes(true);
    signed!.signatures.forEach((signature, at) => {
      const rs = fromHex(signature).slice(0, 64);
      psbt.updateInput(at, { partialSig: [{ pubkey, signature: script.signature.encode(rs, 1) }] });
      const isValid = (key: Uint8Array, message: Uint8Array, one: Uint8Array) =>
        secp256k1.verify(one, message, key, { prehash: false, lowS: true });
      expect(psbt.validateSignaturesOfInput(at, isValid), `input ${at}`).to.equal(true);
    });
    expect(signed!.signatures).to.have.length(6);
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
        const address = recoverAddress(requests[at]!.digests[0]!, signatures[0]!).toLowerCase();
        expect(address, `request ${at}`).to.equal(addressOf(network.world, at + 1));
      });
      expect(faultsOf(events)).to.deep.equal([]);
    }
  });

  it('takes no more than 32 messages, and one request always', async () => {
    await generate(network);
    await setUpAll(network);
    const [first, second] = [spendOf(network, 1, 31), spendOf(network, 2, 2)] as const;
    const [node] = network.nodes as [Network['nodes'][0]];
    expect(codeOf(await sign(network, node, { requests: [first, second] }))).to.equal('REQUEST_COUNT');
    okOf(await sign(network, node, { requests: [first, text(network, 3)] }));
    okOf(await sign(network, node, { requests: [spendOf(network, 4, 33)], run: 1 }));
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

  const FORBIDDING: Record<string, readonly [string, (world: World) => unknown]> = {
    'the other has booted again': ['SESSION_ENDED', ({ seats }) => (seats[1]!.nonce = new Uint8Array(16).fill(9))],
    'the other is suspended': ['MEMBER_STATUS', ({ seats }) => (seats[1]!.status = STATUS.enclave.suspended)],
  };
  for (const [what, [code, change]] of Object.entries(FORBIDDING)) {
    it(`ends a set-up that runs where a newer block shows that ${what}, and blames nobody`, async () => {
      const [node] = network.nodes;
      for (const answer of await setUpPair(network, [1, 2], { block: 3 })) okOf(answer);
      okOf(await prove(node!, 4));
      expect((await statusOf(node!)).sessions).to.equal(1);
      change(network.world);
      okOf(await prove(node!, 5));
      await deliverAll(network);
      const [fault] = faultsOf(node!.events);
      expect(fault).to.deep.include({ code: 'overtaken', culprits: [], silent: [], disputes: [] });
      expect(fault?.detail).to.match(new RegExp(`^${code}: `));
      const { sessions, pairs } = await statusOf(node!);
      expect({ sessions, pairs }).to.deep.equal({ sessions: 0, pairs: [] });
    });
  }
});
