/** What an old seal and a copied memory bring back, and what they do not. Where the threat model has them as open, these tests say what is so. */

import { expect } from 'chai';
import { bootstrapAt, bytesOfAnswer } from '../../../scripts/local/beacon/answers.ts';
import { developmentCommittee } from '../../../scripts/local/beacon/committee.ts';
import { API_VERSION, type CallName, type Status, type UnrootedStatus } from '../../../signer/enclave/api.ts';
import { createEnclave } from '../../../signer/enclave/enclave.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { keccak } from '../../../signer/formats/words.ts';
import type { Rng } from '../../../signer/protocol/committee.ts';
import { blockAt, CONFIG, scene } from '../../finality/support/scenes.ts';
import { beaconOf, FINALITY, slotOf, told } from '../support/finality.ts';
import { restartAnew, sign, statusOf } from '../support/life.ts';
import {
  begin,
  codeOf,
  generate,
  type Node,
  networkOf,
  okOf,
  portsOf,
  prove,
  seededSource,
  wireOf,
} from '../support/network.ts';
import { PARAMS } from '../support/params.ts';
import { machineOf } from '../support/parentRoots.ts';
import { CONFIGURATION, headerOf } from '../support/world.ts';

describe('one identity, one root', () => {
  it('holds in every life: a seal is never from before it', async () => {
    const network = await networkOf(3, 2);
    const node = await restartAnew(network, 1);
    const another = beaconOf(FINALITY, 'another').checkpoint;
    expect(codeOf(await node.call('bootstrap', wireOf(another)))).to.equal('CHECKPOINT_KEPT');
  });

  /** What one memory, copied before its root was named, becomes where this checkpoint is named to it. */
  async function named(memory: string, { checkpoint }: ReturnType<typeof beaconOf>, sourceOf = seededSource) {
    const network = await networkOf(1, 2);
    const enclave = createEnclave(portsOf(network, memory, 1, sourceOf));
    let id = 1;
    const call: Node['call'] = async (name, params) => (await enclave.handle({ id: id++, call: name, params })).answer;
    const { identity, nonce, encryptionKey, trusted } = await begin(call, null, checkpoint);
    return { who: [identity, nonce, encryptionKey], trusted };
  }

  const stuck = (): Rng => (length) => new Uint8Array(length).fill(7);
  for (const [what, sourceOf] of [
    ['one source', seededSource],
    ['a source that is stuck', stuck],
  ] as const)
    it(`is that of copies of a memory from before it, which become one identity each, with ${what} [FF-04]`, async () => {
      const [one, other] = [beaconOf(FINALITY), beaconOf(FINALITY, 'another')];
      const [first, second] = [await named('one memory', one, sourceOf), await named('one memory', other, sourceOf)];
      expect(first.trusted.root).to.not.equal(second.trusted.root);
      expect(new Set([...first.who, ...second.who]).size, 'neither identity nor nonce nor key is shared').to.equal(6);
      const again = await named('one memory', one, sourceOf);
      expect(again, 'with one root they are one, and follow one chain').to.deep.equal(first);
    });
});

describe('an enclave that has no root yet', () => {
  /** A process that has booted without a seal; its source fails whoever draws from it. */
  async function unrooted() {
    const network = await networkOf(1, 2);
    const draws = { allowed: false };
    const source = seededSource('unrooted');
    const enclave = createEnclave(
      portsOf(network, 'unrooted', 1, () => (length) => {
        if (!draws.allowed) throw new RangeError('drawn before a root was named');
        return source(length);
      }),
    );
    let id = 1;
    const handle = (call: CallName, params: unknown) => enclave.handle({ id: id++, call, params });
    const booted = await handle('boot', { sealed: null });
    return { handle, booted, draws };
  }

  it('says what it is, draws nothing, and has nobody to speak of', async () => {
    const { handle, booted } = await unrooted();
    const status = okOf<UnrootedStatus>(booted.answer);
    const configuration = toHex(parseConfiguration(CONFIGURATION).hash);
    const counters = {};
    expect(status).to.deep.equal({ version: API_VERSION, identity: null, configuration, schemes: [1, 2, 3], counters });
    expect(await handle('status', {})).to.deep.equal({ answer: { id: 2, ok: status }, events: [] });
    expect(booted.events).to.deep.equal([]);
  });

  it('refuses every other call, whatever it is shown, and says nothing but that', async () => {
    const { handle } = await unrooted();
    const codes: Partial<Record<CallName, string>> = {
      ...{ boot: 'ALREADY_BOOTED', status: 'ok', bootstrap: 'CHECKPOINT_REJECTED' },
    };
    for (const call of Object.keys(PARAMS) as CallName[]) {
      const { answer, events } = await handle(call, PARAMS[call]);
      expect([call, codeOf(answer), events]).to.deep.equal([call, codes[call] ?? 'CHECKPOINT_ABSENT', []]);
      if (call === 'status') continue;
      expect(codeOf((await handle(call, { more: 1 })).answer), `${call}, malformed`).to.equal('CALL_MALFORMED');
    }
    expect(codeOf((await handle('sing' as CallName, {})).answer)).to.equal('CALL_UNKNOWN');
  });

  it('draws when a root is named, and not for one that it rejects', async () => {
    const { handle, draws } = await unrooted();
    const [one, other] = [beaconOf(FINALITY).checkpoint, beaconOf(FINALITY, 'another').checkpoint];
    const mixed = wireOf({ ...one, root: other.root });
    expect(codeOf((await handle('bootstrap', mixed)).answer)).to.equal('CHECKPOINT_REJECTED');
    draws.allowed = true;
    const { answer, events } = await handle('bootstrap', wireOf(one));
    expect(codeOf(answer)).to.equal('ok');
    expect(
      events.map(({ event }) => event),
      'sealed with its root',
    ).to.deep.equal(['seal']);
    const { identity, trusted } = okOf<Status>((await handle('status', {})).answer);
    expect([identity === null, trusted.root]).to.deep.equal([false, toHex(one.root)]);
    expect(codeOf((await handle('bootstrap', wireOf(other))).answer), 'a second one').to.equal('CHECKPOINT_KEPT');
  });
});

describe('a seal from before two chains were seen', () => {
  it('brings back an enclave that is not frozen, and signs nothing before a new boot record is final [FF-07]', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const [node] = network.nodes;
    await prove(node!, 3);
    const other = told(slotOf(3), keccak(headerOf(4)));
    expect(codeOf(await node!.call('follow', { update: toHex(other) }))).to.equal('UPDATE_CONFLICT');
    expect((await statusOf(node!)).isFrozen).to.equal(true);
    const { nonce, encryptionKey } = network.world.seats[0]!;
    const again = await restartAnew(network, 1);
    expect((await statusOf(again)).isFrozen).to.equal(false);
    Object.assign(network.world.seats[0]!, { nonce, encryptionKey });
    expect(codeOf(await sign(network, again, { block: 5 }))).to.equal('BOOT_NONCE_NOT_OWN');
  });
});

describe('a seal from the days of another sync committee', () => {
  const measured = { finality: encodeConfig(CONFIG) };
  const DAY_ONE = 8;
  /** Of the two periods after that. */
  const [LATER, LATEST] = [40, 72];

  /** The true chain, whose every period has a committee of its own, handed on from one to the next. */
  const trueUpdates = [DAY_ONE, LATER, LATEST].map((finalised) =>
    bytesOfAnswer(CONFIG, 'update', scene(CONFIG, { finalised, attested: finalised + 1 }).update),
  );

  /** What the committee of day one signs long after its period: a successor of its own, and what that one makes final. */
  function forged(): readonly Uint8Array[] {
    const heirs = developmentCommittee('heirs of day one', CONFIG.syncCommitteeSize);
    const handedOn = scene(CONFIG, { finalised: 16, attested: 17, content: { next: heirs.committee } });
    const content = { current: heirs.committee, next: heirs.committee };
    const made = [48, LATEST + 8].map((finalised) =>
      scene(CONFIG, { finalised, attested: finalised + 1, content, signers: heirs }),
    );
    return [handedOn, ...made].map(({ update }) => bytesOfAnswer(CONFIG, 'update', update));
  }

  const followed = async ({ call }: Pick<Node, 'call'>, updates: readonly Uint8Array[]) => {
    const codes: string[] = [];
    for (const update of updates) codes.push(codeOf(await call('follow', { update: toHex(update) })));
    return codes;
  };

  it('follows whom that committee names, as the last seal does not [FF-10]', async () => {
    const network = await networkOf(1, 2);
    const honest = await machineOf(network, 'day one', null, measured);
    const first = blockAt(CONFIG, DAY_ONE);
    const bootstrap = bytesOfAnswer(CONFIG, 'bootstrap', bootstrapAt(first));
    okOf(await honest.call('bootstrap', wireOf({ root: first.root, bootstrap })));
    expect(await followed(honest, trueUpdates)).to.deep.equal(['ok', 'ok', 'ok']);
    const old = await machineOf(network, 'old', honest.seals.at(0)!, measured);
    expect(await followed(old, forged())).to.deep.equal(['ok', 'ok', 'ok']);
    const last = await machineOf(network, 'last', honest.seals.at(-1)!, measured);
    expect(await followed(last, forged())).to.deep.equal(['UPDATE_STALE', 'UPDATE_STALE', 'UPDATE_REJECTED']);
  });
});
