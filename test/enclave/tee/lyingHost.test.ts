/**
 * The lying host, of a real enclave process: at every stage all that a host can bring that is not so, not yet so, or no longer so. Nothing
 * comes of it but refusals, and true words afterwards count as before.
 */

import { setTimeout } from 'node:timers/promises';
import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Event, Result, Status } from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { hash } from '../../../signer/formats/words.ts';
import { type Slot, slotsForBootRecord } from '../../../signer/proof/slots.ts';
import { headerFields, rlp } from '../../proof/support/chain.ts';
import { NOW } from '../path/support/facts.ts';
import { beaconOf, FINALITY } from '../support/finality.ts';
import { codeOf, fromHex, lastOf, okOf, wireOf } from '../support/network.ts';
import { type Block, Processes } from '../support/processes.ts';
import { keyFor, spendOf } from '../support/spend.ts';
import type { Host } from '../support/teeProcess.ts';
import { activate, ask, confirmKey, type RequestOnChain } from '../support/world.ts';

type Signature = Extract<Event, { event: 'signature' }>;

const PAIR = [1, 2];

describe('a host that lies to its enclave process', function () {
  this.timeout(60_000);
  let net: Processes;
  let number = 10n;
  let counter = 0;
  let run = 0;

  before(async () => {
    net = new Processes();
    await net.start();
    await net.generateKey(next());
    const { commitments, ...publicKey } = net.confirmed();
    confirmKey(net.world, publicKey, commitments);
    activate(net.world);
    await net.beat([1, 2, 3], next());
  });
  after(() => net.end());

  const next = () => {
    number += 1n;
    return number;
  };
  const host = (party: number) => net.hosts[party - 1]!;
  const askNext = (): RequestOnChain => {
    counter += 1;
    return ask(net.world, spendOf(net.world, { counter }));
  };
  const statusOf = async (one: Host) => okOf<Status>(await one.call('status', {}));
  const signaturesOf = (one: Host) => one.events.filter((event): event is Signature => event.event === 'signature');
  const follow = (one: Host, update: Hex) => one.call('follow', { update });

  /** What an enclave says to one request, at a block that it was or was not shown. */
  const trySign = async (one: Host, block: Hex, asked: RequestOnChain, parties: readonly number[] = PAIR) => {
    run += 1;
    const answer = await net.sign(one, { parties, block, asked: [asked], run });
    if ('refusal' in answer) return answer.refusal.code;
    const { refused } = okOf<Result<'sign'>>(answer);
    return refused === undefined ? 'ok' : refused[0]!.code;
  };
  /** A session that ran there is over, for this reason. */
  const saysFault = (one: Host, reason: RegExp) =>
    one.until(() =>
      one.events.some((event) => event.event === 'fault' && event.code === 'overtaken' && reason.test(event.detail)),
    );

  /** The canary: what is true is signed, by enclaves that were lied to before. */
  async function signTruly(parties: readonly number[]): Promise<readonly Hex[]> {
    const asked = askNext();
    const pair = parties.map(host);
    await net.carry();
    const block = await net.proveTo(pair, next(), net.slotsOf(parties, [asked]));
    run += 1;
    for (const one of pair) okOf(await net.sign(one, { parties, block, asked: [asked], run }));
    await net.relayUntil('signature', pair);
    const released = pair.map((one) => signaturesOf(one).at(-1)!);
    for (const { requestId, signatures } of released) {
      expect(requestId).to.equal(toHex(asked.id));
      expect(schnorr.verify(fromHex(signatures[0]!), asked.request.digests[0]!, keyFor(net.world))).to.equal(true);
    }
    return released.map(({ signatures }) => signatures[0]!);
  }

  it('gets nothing signed by a header that nobody has made final, nor by a true one too early [I1]', async () => {
    const asked = askNext();
    const made = await net.mine(next());
    const forged = rlp(headerFields(new Uint8Array(32).fill(0x66), number + 1_000n));
    for (const header of [made.header, toHex(forged)])
      expect(codeOf(await host(1).call('prove', { header, nodes: [] }))).to.equal('BLOCK_NOT_FINAL');
    expect(await trySign(host(1), made.hash, asked)).to.equal('BLOCK_UNKNOWN');
    okOf(await follow(host(1), net.finalise(made)));
    expect(await trySign(host(1), made.hash, asked), 'final, not shown').to.equal('BLOCK_UNKNOWN');
  });

  it('cannot prove a block with nodes of another block, or of another account [I1]', async () => {
    const before_ = await net.mine(next());
    const asked = askNext();
    net.facts.row.epoch += 1; // and with it another root of each trie
    const slots = net.slotsOf(PAIR, [asked]);
    const after_ = await net.mine(next());
    net.facts.row.epoch -= 1;
    okOf(await follow(host(1), net.finalise(after_)));
    const show = async (header: Hex, nodes: readonly Uint8Array[]) =>
      codeOf(await host(1).call('prove', { header, nodes: nodes.map(toHex) }));
    const lies: readonly (readonly [string, readonly Uint8Array[]])[] = [
      ['of the block before', await before_.chain.nodesFor(slots)],
      ['storage without its account', await storageAlone(after_, slots)],
    ];
    for (const [what, nodes] of lies) {
      const shown = await show(after_.header, nodes);
      const said = shown === 'ok' ? await trySign(host(1), after_.hash, asked) : shown;
      expect(said, what).to.be.oneOf(['ACCOUNT_NOT_PROVEN', 'SLOT_NOT_PROVEN']);
    }
    const other = await after_.chain.accountNodes('measurementRegistry');
    expect(await show(after_.header, other)).to.equal('ok');
    expect(await trySign(host(1), after_.hash, asked), 'another account').to.be.oneOf([
      'ACCOUNT_NOT_PROVEN',
      'SLOT_NOT_PROVEN',
    ]);
  });

  it('gets nothing signed by keeping back the nodes of any one word [I1]', async () => {
    const asked = askNext();
    const slots = net.slotsOf(PAIR, [asked]);
    for (const withheld of slots) {
      const block = await net.mine(next());
      okOf(await follow(host(1), net.finalise(block)));
      const nodes = await nodesWithout(block, slots, withheld);
      okOf(await host(1).call('prove', { header: block.header, nodes: nodes.map(toHex) }));
      const name = `${withheld.contract} ${toHex(withheld.slot)}`;
      expect(await trySign(host(1), block.hash, asked), name).to.equal('SLOT_NOT_PROVEN');
    }
    await signTruly(PAIR);
  });

  it('brings no update twice, backwards or bent, and no second beginning [I7]', async () => {
    const blocks = [await net.mine(next()), await net.mine(next()), await net.mine(next())];
    const [first, second, third] = blocks.map((block) => net.finalise(block));
    okOf(await follow(host(1), second!));
    expect(codeOf(await follow(host(1), second!)), 'replayed').to.equal('UPDATE_STALE');
    expect(codeOf(await follow(host(1), first!)), 'backwards').to.equal('UPDATE_STALE');
    const bytes = fromHex(third!);
    for (const at of [2, 40, 300, bytes.length >> 1, bytes.length - 60, bytes.length - 9]) {
      const bent = bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(codeOf(await follow(host(1), toHex(bent))), `byte ${at}`).to.be.oneOf([
        'UPDATE_REJECTED',
        'PERIOD_MISSING',
      ]);
    }
    const elsewhere = beaconOf(FINALITY, 'a false beginning');
    for (const { checkpoint } of [net.beacon, elsewhere])
      expect(codeOf(await host(1).call('bootstrap', wireOf(checkpoint)))).to.equal('CHECKPOINT_KEPT');
    expect(codeOf(await follow(host(1), toHex(elsewhere.finalise(fromHex(blocks[0]!.hash)))))).to.equal('UPDATE_STALE');
    okOf(await follow(host(1), third!));
    await signTruly(PAIR);
  });

  it('cannot have signed at an old block what a newer one that it has shown forbids [I7]', async () => {
    const asked = askNext();
    const slots = net.slotsOf(PAIR, [asked]);
    const old = await net.proveTo([host(1)], next(), slots);
    expect(await trySign(host(1), old, asked)).to.equal('ok');
    net.facts.key.pausedUntil = NOW + 3_600;
    await net.proveTo([host(1)], next(), slots);
    await saysFault(host(1), /^KEY_PAUSED/);
    expect(await trySign(host(1), old, asked)).to.equal('KEY_PAUSED');
    net.facts.key.pausedUntil = 0;
    await signTruly(PAIR);
  });

  it('has an hour of nothing new signed for as long as a beat is good, and nothing at all after it [I7]', async () => {
    const asked = askNext();
    await net.beat(PAIR, next());
    const young = await net.proveTo([host(1)], next(), net.slotsOf(PAIR, [asked]));
    expect(await trySign(host(1), young, asked), 'young').to.equal('ok');
    const unseen = askNext();
    expect(await trySign(host(1), young, unseen), 'not final yet').to.be.oneOf(['SLOT_NOT_PROVEN', 'REQUEST_STATE']);
    net.facts.network.beatBound = 2;
    const block = await net.proveTo([host(1)], next(), net.slotsOf(PAIR, [asked]));
    let said = 'ok';
    while (said === 'ok') {
      said = await trySign(host(1), block, asked);
      await setTimeout(100);
    }
    expect(said).to.equal('BEAT_OLD');
    expect(await trySign(host(1), young, asked), 'at the block before').to.equal('BEAT_OLD');
    await host(1).call('recordBoot', { operator: toHex(net.facts.enclaves[0]!.operator), block });
    expect(await trySign(host(1), block, asked), 'made, and not on chain').to.equal('BEAT_OLD');
    net.facts.network.beatBound = 3_600;
    const later = await net.proveTo([host(1)], next(), net.slotsOf(PAIR, [asked]));
    expect(await trySign(host(1), later, asked), 'a longer bound, by a vote').to.equal('ok');
    await net.beat(PAIR, next());
    await signTruly(PAIR);
  });

  it('runs a clone beside it, and one of both can sign, the one of the record, with nonces of its own [I3]', async () => {
    const { sealed } = lastOf(host(1).events, 'seal');
    const original = host(1);
    const clone = net.startTee(1);
    const born = okOf<Status>(await clone.call('boot', { sealed }));
    const first = await statusOf(original);
    expect(born.identity).to.equal(first.identity);
    expect([born.nonce === first.nonce, born.encryptionKey === first.encryptionKey]).to.deep.equal([false, false]);

    const asked = askNext();
    const slots = net.slotsOf(PAIR, [asked]);
    const block = await net.proveTo([original, clone], next(), slots);
    expect(await trySign(original, block, asked)).to.equal('ok');
    expect(await trySign(clone, block, asked), 'the clone').to.equal('BOOT_NONCE_NOT_OWN');

    await net.record(clone, 1, block);
    const later = await net.proveTo([original, clone], next(), slots);
    await saysFault(original, /^BOOT_NONCE_NOT_OWN/);
    expect(await trySign(original, later, asked), 'the original').to.equal('BOOT_NONCE_NOT_OWN');
    expect(await trySign(original, block, asked), 'at the block before').to.equal('BOOT_NONCE_NOT_OWN');
    expect(await trySign(clone, later, asked)).to.equal('ok');

    net.hosts[0] = clone;
    const byClone = await signTruly(PAIR);
    net.hosts[0] = original;
    const back = await net.proveTo([original], next(), slotsForBootRecord(net.facts.enclaves[0]!.id));
    await net.record(original, 1, back);
    const byOriginal = await signTruly(PAIR);
    const nonces = [byClone[0], byOriginal[0]].map((signature) => signature!.slice(0, 66));
    expect(nonces[0]).to.not.equal(nonces[1]);
    clone.child.kill('SIGKILL');
  });

  it('brings yesterday’s disk: another generation, no share or the same one, and nothing before its record [I2 I3]', async () => {
    const seals = host(2).events.filter((event) => event.event === 'seal');
    const [first, last] = [seals[0]!, seals.at(-1)!];
    expect(first.generation).to.be.lessThan(last.generation);
    host(2).child.kill('SIGKILL');
    await host(2).ended;
    const asked = askNext();
    const slots = net.slotsOf(PAIR, [asked]);

    const oldest = net.startTee(2);
    const status = okOf<Status>(await oldest.call('boot', { sealed: first.sealed }));
    expect([status.generation, status.shares.length]).to.deep.equal([first.generation, 0]);
    const unshared = await net.proveTo([oldest], next(), slots);
    expect(await trySign(oldest, unshared, asked)).to.equal('BOOT_NONCE_NOT_OWN');
    await net.record(oldest, 2, unshared);
    const recorded = await net.proveTo([oldest], next(), slots);
    expect(await trySign(oldest, recorded, asked), 'without a share').to.equal('SHARE_MISSING');
    oldest.child.kill('SIGKILL');

    const again = net.startTee(2);
    net.hosts[1] = again;
    const { generation, shares } = okOf<Status>(await again.call('boot', { sealed: last.sealed }));
    expect([generation, shares.length]).to.deep.equal([last.generation, 1]);
    const block = await net.proveTo([again], next(), slots);
    expect(await trySign(again, block, asked)).to.equal('BOOT_NONCE_NOT_OWN');
    await net.record(again, 2, block);
    expect(await trySign(again, block, asked), 'made, and not on chain').to.equal('BOOT_NONCE_NOT_OWN');
    await signTruly(PAIR);
  });

  it('replays after a restart every envelope that its enclave ever got, and nothing comes of it [I3]', async () => {
    await signTruly([2, 3]);
    const { sealed } = lastOf(host(3).events, 'seal');
    host(3).child.kill('SIGKILL');
    await host(3).ended;
    const again = net.startTee(3);
    okOf(await again.call('boot', { sealed }));
    net.hosts[2] = again;
    const heard = net.carried.filter(({ party }) => party === 3);
    expect(heard).to.have.length.above(2);
    const said = new Set<string>();
    const replay = async () => {
      for (const { envelope } of heard) said.add(codeOf(await again.call('deliver', { envelope })));
    };
    await replay();
    const block = await net.proveTo([again], next(), slotsForBootRecord(net.facts.enclaves[2]!.id));
    await net.record(again, 3, block);
    await replay();
    expect([...said]).to.deep.equal(['SESSION_UNKNOWN']);
    expect(signaturesOf(again)).to.deep.equal([]);
    await signTruly([2, 3]);
  });

  it('whose beacon signs two blocks at one slot freezes it: what ran is over, and no life that goes on from there signs', async () => {
    const asked = askNext();
    const slots = net.slotsOf(PAIR, [asked]);
    const pair = PAIR.map(host);
    const head = await net.mine(next());
    const update = net.finalise(head);
    for (const one of pair) {
      okOf(await follow(one, update));
      okOf(await net.show(one, head, slots));
    }
    run += 1;
    for (const one of pair) okOf(await net.sign(one, { parties: PAIR, block: head.hash, asked: [asked], run }));
    const before_ = signaturesOf(host(1)).length;

    const other = rlp(headerFields(new Uint8Array(32).fill(0x67), number));
    expect(codeOf(await follow(host(1), conflictingWith(net, other)))).to.equal('UPDATE_CONFLICT');
    for (let turn = 0; turn < 3; turn += 1) {
      await net.carry();
      await statusOf(host(1));
    }
    expect(signaturesOf(host(1)).length, 'of the session that ran').to.equal(before_);
    await saysFault(host(1), /^UPDATE_CONFLICT/);
    expect(await trySign(host(1), head.hash, asked)).to.equal('ENCLAVE_FROZEN');
    expect(codeOf(await follow(host(1), net.finalise(await net.mine(next()))))).to.equal('ENCLAVE_FROZEN');

    const { sealed } = lastOf(host(1).events, 'seal');
    const again = net.startTee(1);
    expect(okOf<Status>(await again.call('boot', { sealed })).isFrozen).to.equal(true);
    expect(codeOf(await follow(again, net.finalise(await net.mine(next()))))).to.equal('ENCLAVE_FROZEN');
    expect(codeOf(await again.call('bootstrap', wireOf(net.beacon.checkpoint)))).to.equal('CHECKPOINT_KEPT');
  });
});

/** Right nodes of the storage, under no account. */
async function storageAlone({ chain }: Block, slots: readonly Slot[]): Promise<readonly Uint8Array[]> {
  const contracts = [...new Set(slots.map(({ contract }) => contract))];
  const accounts = new Set((await Promise.all(contracts.map((name) => chain.accountNodes(name)))).flat().map(toHex));
  return (await chain.nodesFor(slots)).filter((node) => !accounts.has(toHex(node)));
}

/** All but the last node on the way to one word. */
async function nodesWithout({ chain }: Block, slots: readonly Slot[], withheld: Slot): Promise<readonly Uint8Array[]> {
  const leaf = toHex((await chain.nodesFor([withheld])).at(-1)!);
  return (await chain.nodesFor(slots)).filter((node) => toHex(node) !== leaf);
}

/** An update by the same committee that makes another block final where the newest of the network is. */
function conflictingWith({ finalities }: Processes, header: Uint8Array): Hex {
  const fork = beaconOf();
  for (let at = 1; at < finalities; at += 1) fork.finalise(hash(Uint8Array.of(at)));
  return toHex(fork.finalise(hash(header)));
}
