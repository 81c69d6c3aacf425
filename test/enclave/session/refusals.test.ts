/** What a member says to the chain about a request that it will not sign: little, and never what a host could make it say. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Transaction } from '@scure/btc-signer';
import { expect } from 'chai';
import { verifyTypedData } from 'ethers';
import type { Event, Result } from '../../../signer/enclave/api.ts';
import { Firsts } from '../../../signer/enclave/firsts.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { REFUSAL_CODES, refusalKind } from '../../../signer/formats/refusal.ts';
import type { Request } from '../../../signer/formats/request.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { judge, sign, statusOf } from '../support/life.ts';
import { codeOf, generate, type Network, networkOf, okOf, wireOf } from '../support/network.ts';
import { spendOf } from '../support/spend.ts';
import { ask, type RequestOnChain } from '../support/world.ts';

type Statement = Extract<Event, { event: 'refusal' }>;

let network: Network;
let run = 0;
const statements = (): Statement[] => network.nodes[0]!.events.filter((event) => event.event === 'refusal');
const asked = (counter: number, bent: Partial<Request>): RequestOnChain =>
  ask(network.world, { ...spendOf(network.world, { counter }), ...bent });

/** The payload of a good request, and one thing in it that is not. */
function bent(counter: number, bend: (spend: Transaction) => unknown): Uint8Array {
  const options = { allowUnknownOutputs: true, disableScriptCheck: true };
  const spend = Transaction.fromPSBT(spendOf(network.world, { counter }).payload, options);
  bend(spend);
  return spend.toPSBT(0);
}

/** What party 1 answers when it is asked to sign these, at a block that is as the chain is now. */
async function refused(requests: readonly RequestOnChain[], block = 3) {
  const wire = requests.map(({ request }) => wireOf(request));
  return okOf<Result<'sign'>>(await sign(network, network.nodes[0]!, { block, run: run++, requests: wire })).refused;
}

describe('a refusal of a request', () => {
  beforeEach(async () => {
    network = await networkOf(3, 2);
    await generate(network);
  });

  it('that is final is signed for the contract, as wallets read typed data', async () => {
    const request = asked(1, { digests: [new Uint8Array(32)] });
    await refused([request]);
    const [statement] = statements();
    const { chainId, contracts } = network.world.facts.configuration;
    expect(statement).to.deep.include({
      requestId: toHex(request.id),
      member: toHex(network.world.seats[0]!.id),
      kind: 'final',
      code: 'DIGEST_MISMATCH',
      codeWord: `0x${Buffer.from('DIGEST_MISMATCH').toString('hex').padEnd(64, '0')}`,
    });
    const verifyingContract = toHex(contracts.signingRequests.address);
    const signer = verifyTypedData(
      { name: 'Quorate Refusals', version: '1', chainId, verifyingContract },
      {
        Refusal: [
          { type: 'bytes32', name: 'request' },
          { type: 'bytes32', name: 'member' },
          { type: 'uint8', name: 'kind' },
          { type: 'bytes32', name: 'code' },
        ],
      },
      { request: statement!.requestId, member: statement!.member, kind: 1, code: statement!.codeWord },
      statement!.identitySignature,
    );
    expect(signer.toLowerCase()).to.equal(network.nodes[0]!.status.identity);
  });

  it('that is only of this image says so', async () => {
    network.world.facts.row.kinds = 2 ** 24 - 1;
    await refused([asked(1, { kind: 6 }), asked(2, { kind: 9 }), asked(3, { kind: 2 })]);
    expect(statements().map(({ kind, code }) => ({ kind, code }))).to.deep.equal([
      { kind: 'unsupported', code: 'KIND_NOT_SUPPORTED' },
      { kind: 'unsupported', code: 'KIND_UNKNOWN' },
      { kind: 'final', code: 'KIND_NOT_SIGNED' },
    ]);
  });

  it('of what Bitcoin takes and this image does not ends no request: a later image may sign it [MP-06]', async () => {
    await refused([
      asked(1, { payload: spendOf(network.world, { counter: 1, path: 1 }).payload }),
      asked(2, { payload: bent(2, (spend) => spend.updateInput(0, { tapKeySig: new Uint8Array(64).fill(1) })) }),
      asked(3, { payload: bent(3, (spend) => spend.addOutput({ script: new Uint8Array(10_001), amount: 1n })) }),
    ]);
    expect(statements().map(({ kind, code }) => ({ kind, code }))).to.deep.equal([
      { kind: 'unsupported', code: 'INPUT_NOT_OWN' },
      { kind: 'unsupported', code: 'INPUT_ALREADY_SIGNED' },
      { kind: 'unsupported', code: 'SCRIPT_TOO_LONG' },
    ]);
  });

  it('leaves once for each request and reason in a life, however often it is asked', async () => {
    const [first, second] = [asked(1, { digests: [new Uint8Array(32)] }), asked(2, { effects: [] })];
    for (const requests of [[first], [first, second], [second], [first]]) {
      expect(await refused(requests)).to.have.length(requests.length);
    }
    expect(statements().map(({ requestId }) => requestId)).to.deep.equal([toHex(first.id), toHex(second.id)]);
  });

  it('is said without a session where nobody is to sign, and once all the same', async () => {
    const [bad, good] = [asked(1, { digests: [new Uint8Array(32)] }), asked(2, {})];
    const requests = [bad, good].map(({ request }) => wireOf(request));
    const node = network.nodes[0]!;
    const envelopes = () => node.events.filter(({ event }) => event === 'envelope').length;
    const before = envelopes();
    for (let times = 0; times < 2; times++) {
      const { refused } = okOf<Result<'judge'>>(await judge(network, node, { requests }));
      expect(refused.map(({ id, kind }) => ({ id, kind }))).to.deep.equal([{ id: toHex(bad.id), kind: 'final' }]);
    }
    await refused([bad]);
    expect(statements().map(({ requestId }) => requestId)).to.deep.equal([toHex(bad.id)]);
    expect((await statusOf(node)).sessions).to.equal(0);
    expect(envelopes()).to.equal(before);
  });

  it('is not said of a key whose signers cannot be shown', async () => {
    const request = asked(1, { digests: [new Uint8Array(32)] });
    network.world.facts.key.pausedUntil = 2 ** 40;
    const answer = await judge(network, network.nodes[0]!, { requests: [wireOf(request.request)] });
    expect(codeOf(answer)).to.equal('KEY_PAUSED');
    expect(statements()).to.deep.equal([]);
  });

  it('is not signed while the chain does not have the request READY, whatever its bytes are', async () => {
    const request = asked(1, { digests: [new Uint8Array(32)] });
    let block = 3;
    for (const state of Object.values(STATUS.request).filter((each) => each !== STATUS.request.ready)) {
      request.word.state = state;
      const [{ kind, code } = { kind: '', code: '' }] = (await refused([request], block++)) ?? [];
      expect({ kind, code }).to.deep.equal({ kind: 'passing', code: 'REQUEST_STATE' });
    }
    expect(statements()).to.deep.equal([]);
  });

  it('is not signed of bytes that the chain never had: a host that alters a good request gets nothing for it', async () => {
    const good = asked(1, {});
    const altered = { ...good, request: { ...good.request, digests: [new Uint8Array(32)] } };
    const [answer] = (await refused([altered])) ?? [];
    expect(answer).to.include({ kind: 'passing', code: 'SLOT_NOT_PROVEN' });
    expect(statements()).to.deep.equal([]);
  });

  it('is not signed of a key that this enclave has no share of: a chain that shows another is lying', async () => {
    const request = asked(1, {});
    const { key } = network.world.facts;
    key.publicKeyX = secp256k1.getPublicKey(new Uint8Array(32).fill(5), true).slice(1);
    const answer = await sign(network, network.nodes[0]!, { requests: [wireOf(request.request)] });
    expect(codeOf(answer)).to.equal('SHARE_DIFFERS');
    expect(statements()).to.deep.equal([]);
  });

  it('is not signed for what passes: a row, a pause, a deadline', async () => {
    const request = asked(1, {});
    network.world.facts.row.epoch += 1;
    expect((await refused([request]))?.[0]).to.include({ kind: 'passing', code: 'REQUEST_OVERTAKEN' });
    network.world.facts.row.epoch -= 1;
    network.world.facts.row.kinds = 0;
    expect((await refused([request], 4))?.[0]).to.include({ kind: 'passing', code: 'KIND_NOT_ALLOWED' });
    network.world.facts.row.kinds = 2;
    network.world.facts.network.margin = 2 ** 32 - 1;
    expect((await refused([request], 5))?.[0]).to.include({ kind: 'passing', code: 'REQUEST_TOO_LATE' });
    expect(statements()).to.deep.equal([]);
  });
});

describe('the kind of a refusal', () => {
  const of = (kind: string) => REFUSAL_CODES.filter((code) => refusalKind(code) === kind);

  it('is passing for whatever depends on the block, the set, the envelopes or the host', () => {
    const host =
      /^(FRAME|CALL|STREAM|CONFIGURATION|HEADER|RLP|TRIE|ACCOUNT|STORAGE|PROOF|SLOT|WORD|BLOCK|HEAD|KEY|CEREMONY|NETWORK|COMMITTEE|SELF|MEMBER|MEASUREMENT|BOOT|SET|REQUEST|SESSION|SHARE|SEALED|GENERATION|ENVELOPE)_/;
    for (const code of [...of('final'), ...of('unsupported')]) expect(code).not.to.match(host);
  });

  it('is one of three, and a code fits a word of the contract', () => {
    expect(of('final').length + of('unsupported').length + of('passing').length).to.equal(REFUSAL_CODES.length);
    for (const code of REFUSAL_CODES) expect(code).to.match(/^[A-Z0-9_]{1,32}$/);
  });
});

describe('what was done once', () => {
  it('is forgotten, oldest first, rather than grow for ever', () => {
    const firsts = new Firsts();
    for (let at = 0; at < Firsts.MOST; at++) expect(firsts.isFirst(`${at}`)).to.equal(true);
    expect(firsts.isFirst('0')).to.equal(false);
    expect(firsts.isFirst('one more')).to.equal(true);
    expect(firsts.isFirst('1')).to.equal(false);
    expect(firsts.isFirst('0')).to.equal(true);
  });
});
