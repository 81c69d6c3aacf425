/** Each link of an audit, failing alone: what a bundle says, what an auditor expects, and what the chain itself would have to say. */

import { expect } from 'chai';
import { getBytes, hexlify } from 'ethers';
import { Broken } from '../../signer/audit/broken.ts';
import type { Bundle, Operation } from '../../signer/audit/bundle.ts';
import { LINKS } from '../../signer/audit/findings.ts';
import { elementAt, innerValueAt, POSITIONS, valueAt } from '../../signer/audit/layout.ts';
import { mandateCall } from '../../signer/audit/links/requireMandate.ts';
import { requireMeasurements } from '../../signer/audit/links/requireMeasurements.ts';
import { operationId } from '../../signer/audit/links/requireOperation.ts';
import { proposalIdOf } from '../../signer/audit/links/requireProposal.ts';
import type { Trust } from '../../signer/audit/trust.ts';
import { measurement } from '../../signer/formats/attestation.ts';
import { parseConfiguration } from '../../signer/formats/configuration.ts';
import { enclaveId } from '../../signer/formats/ids.ts';
import { hash, uintWord, ZERO_WORD } from '../../signer/formats/words.ts';
import { STATUS } from '../../signer/proof/layout.ts';
import type { EnclaveRecord } from '../../signer/proof/records.ts';
import { enclaveSlot, keySlot, measurementSlot, requestSlot, rowSlot, type Slot } from '../../signer/proof/slots.ts';
import type { ProvenState } from '../../signer/proof/state.ts';
import { audited, brokenIn, gather, settle, setWord, trustOf } from './support/gather.ts';
import { KINDS, type Kind, type Scene, scene } from './support/scene.ts';

const flip = (bytes: Uint8Array, at = 0) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const without = (contracts: Trust['deployment'] & object, name: string) => ({
  ...contracts,
  contracts: Object.fromEntries(Object.entries(contracts.contracts).filter(([one]) => one !== name)),
});

describe('the links of an audit', function () {
  this.timeout(300_000);
  let it_: Scene;
  const bundles = {} as Record<Kind, Bundle>;
  let older: Bundle;
  before(async () => {
    it_ = await scene();
    await settle(it_);
    older = await gather(it_, 'vote');
    await setWord(it_, it_.recorded.contracts.enclaveRegistry!.address, uintWord(999n), () => 1n); // another state root
    await settle(it_);
    for (const kind of KINDS) bundles[kind] = await gather(it_, kind);
  });
  after(() => it_.close());

  const first = <T>([one]: readonly T[]): T => one!;
  const operationOf = (kind: Kind): Operation => first(bundles[kind].operation);

  for (const kind of KINDS)
    it(`hold for what a ${kind} asked, with a record and without`, () => {
      for (const deployment of [it_.recorded, null]) {
        const audit = audited(bundles[kind], trustOf(it_, { deployment }));
        expect(brokenIn(audit)).to.equal(null);
        const names = audit.links.map(({ link }) => link);
        expect(names).to.deep.equal(LINKS.filter((link) => names.includes(link)));
        expect(names.includes('proposal')).to.equal(kind !== 'delegate');
        expect(names.includes('mandate')).to.equal(kind === 'mandate');
        expect(audit.notProven.some((one) => one.includes('--deployment'))).to.equal(deployment === null);
      }
    });

  it('take what no proposal has decided where no record names a governor, and say so', async () => {
    const bundle = await gather(it_, 'proposer');
    expect(first(bundle.operation).isBatch).to.equal(0);
    expect(bundle.proposal).to.deep.equal([]);
    expect(brokenIn(audited(bundle, trustOf(it_)))).to.equal('proposal PROPOSAL_MISSING');
    for (const deployment of [null, without(it_.recorded, 'governor')]) {
      const audit = audited(bundle, trustOf(it_, { deployment }));
      expect(brokenIn(audit)).to.equal(null);
      expect(audit.notProven.join('\n')).to.match(/who decided the operation/);
    }
    const batched = { ...bundle, operation: [{ ...first(bundle.operation), isBatch: 1 }] };
    expect(brokenIn(audited(batched, trustOf(it_)))?.split(' ')[0]).to.equal('operation');
  });

  it('say what they do not prove: a development beacon first of all', () => {
    const { notProven } = audited(bundles.delegate, trustOf(it_));
    expect(notProven.join('\n')).to.match(/proves nothing to anybody else/);
    expect(notProven.join('\n')).to.match(/which members signed/);
    expect(notProven.join('\n')).to.match(/how the requester decided/);
  });

  it('name all links after a broken one as not looked at', () => {
    const { links } = audited({ ...bundles.vote, id: flip(bundles.vote.id) }, trustOf(it_));
    expect(links.map(({ link }) => link)).to.deep.equal([...LINKS]);
    expect(links.filter(({ detail }) => detail === 'not looked at: request is broken')).to.have.lengthOf(
      LINKS.length - LINKS.indexOf('request') - 1,
    );
  });

  describe('with another trust', () => {
    const cases: [string, string, () => Partial<Trust>][] = [
      ['another checkpoint', 'checkpoint TRUSTED_ROOT', () => ({ checkpoint: flip(it_.checkpoint) })],
      [
        'another configuration',
        'configuration CONFIGURATION_OTHER',
        () => ({ configuration: flip(hash(bundles.vote.configuration)) }),
      ],
      ['another chain', 'configuration CHAIN_OTHER', () => ({ deployment: { ...it_.recorded, chainId: 1n } })],
      ['a record of other contracts', 'configuration CONTRACT_OTHER', () => recordedWith('keyRegistry', 'address')],
      ['a record of other code', 'configuration CONTRACT_CODE', () => recordedWith('signingRequests', 'codeHash')],
      [
        'a record without a measured contract',
        'configuration CONTRACT_UNRECORDED',
        () => ({ deployment: without(it_.recorded, 'enclaveRegistry') }),
      ],
      ['another timelock', 'operation CONTRACT_OTHER', () => recordedWith('timelock', 'address')],
      ['another timelock code', 'operation CONTRACT_CODE', () => recordedWith('timelock', 'codeHash')],
      ['another governor', 'proposal CONTRACT_OTHER', () => recordedWith('governor', 'address')],
      ['another token', 'proposal CONTRACT_OTHER', () => recordedWith('token', 'address')],
      ['no token', 'proposal CONTRACT_UNRECORDED', () => ({ deployment: without(it_.recorded, 'token') })],
    ];
    for (const [what, expected, change] of cases)
      it(`refuse ${what}`, () => {
        expect(brokenIn(audited(bundles.vote, trustOf(it_, change())))).to.equal(expected);
      });

    function recordedWith(name: string, field: 'address' | 'codeHash'): Partial<Trust> {
      const contract = it_.recorded.contracts[name]!;
      const contracts = { ...it_.recorded.contracts, [name]: { ...contract, [field]: flip(contract[field]) } };
      return { deployment: { ...it_.recorded, contracts } };
    }

    it('refuse a guard with other code than recorded', () => {
      const guard = { address: guardOf(), codeHash: new Uint8Array(32) };
      const deployment = { ...it_.recorded, contracts: { ...it_.recorded.contracts, guard } };
      expect(brokenIn(audited(bundles.delegate, trustOf(it_, { deployment })))).to.equal('row CONTRACT_CODE');
    });

    it('take members whose registers hold a configuration only where more than the maker of the bundle vouches for it', () => {
      const { configuration, measurements } = bundles.vote;
      const inRegisters = measurements.map((one) => ({ ...one, configuration: new Uint8Array() }));
      const ids = inRegisters.map(({ tee, image }) => measurement(tee, image, ZERO_WORD));
      const members = ids.map((id) => ({ measurement: id }) as EnclaveRecord);
      const state = { word: () => BigInt(STATUS.measurement.active) } as unknown as ProvenState;
      const taken = (isVouchedFor: boolean) =>
        requireMeasurements(state, { configuration: parseConfiguration(configuration), isVouchedFor }, members, {
          measurements: inRegisters,
          configuration,
        });
      expect(() => taken(false))
        .to.throw(Broken)
        .with.property('code', 'CONFIGURATION_UNNAMED');
      expect(taken(true).map(({ id }) => id)).to.deep.equal(ids);
    });

    it('accept the very configuration', () => {
      const configuration = hash(bundles.vote.configuration);
      expect(brokenIn(audited(bundles.vote, trustOf(it_, { configuration })))).to.equal(null);
    });
  });

  function guardOf(): Uint8Array {
    const shown = audited(bundles.delegate, trustOf(it_)).links.find(({ link }) => link === 'row')!.detail;
    return getBytes(/guard (0x[0-9a-f]{40})/.exec(shown)![1]!);
  }

  describe('with another bundle', () => {
    const vote = () => bundles.vote;
    const operation = (change: Partial<Operation>) => ({
      ...vote(),
      operation: [{ ...operationOf('vote'), ...change }],
    });
    const proposal = (change: object) => ({ ...vote(), proposal: [{ ...first(vote().proposal), ...change }] });
    const member = { operator: new Uint8Array(20).fill(1), identity: new Uint8Array(20).fill(2) };
    const cases: [string, string, () => Bundle][] = [
      ['a node twice', 'bundle BUNDLE_REPEATED', () => ({ ...vote(), nodes: [...vote().nodes, first(vote().nodes)] })],
      [
        'a configuration that is none',
        'configuration CONFIGURATION_MALFORMED',
        () => ({ ...vote(), configuration: vote().configuration.slice(1) }),
      ],
      [
        'a configuration of less than two thirds',
        'configuration CONFIG_MALFORMED',
        () => ({
          ...vote(),
          configuration: vote().configuration.map((byte, at) => (at === 17 * 32 + 31 ? 0 : byte)),
        }),
      ],
      ['an altered bootstrap', 'checkpoint', () => ({ ...vote(), bootstrap: flip(vote().bootstrap, 40) })],
      ['a finality update for a period', 'periods PERIOD_KIND', () => ({ ...vote(), periods: vote().finality })],
      [
        'a period twice',
        'periods NOTHING_NEW',
        () => ({ ...vote(), periods: [...vote().periods, first(vote().periods)] }),
      ],
      ['no update of a period', 'finality NEXT_COMMITTEE_UNKNOWN', () => ({ ...vote(), periods: [] })],
      ['an update for the finality', 'finality FINALITY_KIND', () => ({ ...vote(), finality: vote().periods })],
      ['no finality', 'header HEADER_OTHER', () => ({ ...vote(), finality: [] })],
      ['an older finality', 'header HEADER_OTHER', () => ({ ...vote(), finality: older.finality })],
      ['an older header', 'header HEADER_OTHER', () => ({ ...vote(), header: older.header })],
      [
        'a header that is none',
        'header RLP_TRAILING_BYTES',
        () => ({ ...vote(), header: Uint8Array.of(...vote().header, 0) }),
      ],
      ['nodes of an older block', 'contracts ACCOUNT_NOT_PROVEN', () => ({ ...vote(), nodes: older.nodes })],
      ['no nodes', 'contracts ACCOUNT_NOT_PROVEN', () => ({ ...vote(), nodes: [] })],
      ['another id', 'request REQUEST_ID', () => ({ ...vote(), id: bundles.second.id })],
      [
        'another payload under its id',
        'request REQUEST_ID',
        () => ({ ...vote(), request: { ...vote().request, payload: bundles.second.request.payload } }),
      ],
      ['another request', 'request REQUEST_ID', () => ({ ...vote(), request: bundles.second.request })],
      [
        'another request and its id',
        'request SLOT_NOT_PROVEN',
        () => ({ ...vote(), id: bundles.second.id, request: bundles.second.request }),
      ],
      [
        'another key',
        'request REQUEST_ID',
        () => ({ ...vote(), request: { ...vote().request, keyId: flip(vote().request.keyId) } }),
      ],
      ['a member less', 'committee COMMITTEE_OTHER', () => ({ ...vote(), members: vote().members.slice(1) })],
      [
        'another member',
        'committee COMMITTEE_OTHER',
        () => ({ ...vote(), members: [member, ...vote().members.slice(1)] }),
      ],
      [
        'the members in another order',
        'committee COMMITTEE_OTHER',
        () => ({ ...vote(), members: [...vote().members].reverse() }),
      ],
      ['no measurement', 'measurements MEASUREMENT_CONFIGURATION', () => ({ ...vote(), measurements: [] })],
      [
        'a measurement of nobody',
        'measurements MEASUREMENT_OTHER',
        () => ({
          ...vote(),
          measurements: [...vote().measurements, { ...first(vote().measurements), image: vote().id }],
        }),
      ],
      [
        'another image',
        'measurements MEASUREMENT_OTHER',
        () => ({ ...vote(), measurements: [{ ...first(vote().measurements), image: vote().id }] }),
      ],
      [
        'a configuration that no member is measured with',
        'measurements MEASUREMENT_CONFIGURATION',
        () => ({ ...vote(), configuration: vote().configuration.map((byte, at) => (at === 17 * 32 + 31 ? 30 : byte)) }),
      ],
      [
        'a configuration of other contracts for a member',
        'measurements MEASUREMENT_CONTRACTS',
        () => {
          const { configuration, ...rest } = first(vote().measurements);
          const other = { ...rest, configuration: flip(configuration, 9 * 32 + 31) };
          return { ...vote(), measurements: [...vote().measurements, other] };
        },
      ],
      ['no vote where one asked', 'operation VOTE_MISSING', () => withoutVote('vote')],
      ["no vote where one asked in somebody's name", 'operation VOTE_MISSING', () => withoutVote('voted')],
      ['a call less', 'operation OPERATION_OTHER', () => operation({ calls: [] })],
      ['the operation of another request', 'operation OPERATION_OTHER', () => operation(operationOf('second'))],
      ['another salt', 'operation', () => operation({ salt: flip(operationOf('vote').salt) })],
      [
        'a call beside it',
        'operation',
        () => operation({ calls: [...operationOf('vote').calls, ...operationOf('second').calls] }),
      ],
      [
        'two calls in one',
        'operation OPERATION_FORM',
        () => operation({ isBatch: 0, calls: [...operationOf('vote').calls, ...operationOf('second').calls] }),
      ],
      [
        'a mandate beside a vote in somebody’s name',
        'operation MANDATE_VOTED',
        () => ({ ...bundles.voted, mandate: bundles.mandate.mandate }),
      ],
      [
        'a mandate that was not placed',
        'operation OPERATION_OTHER',
        () => ({ ...vote(), mandate: bundles.mandate.mandate }),
      ],
      ['a mandate without its terms', 'operation OPERATION_OTHER', () => ({ ...bundles.mandate, mandate: [] })],
      ['no proposal', 'proposal PROPOSAL_MISSING', () => ({ ...vote(), proposal: [] })],
      ['another description', 'proposal PROPOSAL_SALT', () => proposal({ description: Uint8Array.of(1) })],
      ['a checkpoint that is not there', 'proposal CHECKPOINT_INDEX', () => proposal({ quorumIndex: 1 })],
      ['a later supply', 'proposal CHECKPOINT_INDEX', () => proposal({ supplyIndex: 1 })],
      ['no signature', 'signatures SIGNATURE_COUNT', () => ({ ...vote(), signatures: [] })],
      [
        'signatures of another request',
        'signatures SIGNATURE_WRONG',
        () => ({ ...vote(), signatures: bundles.second.signatures }),
      ],
      [
        'bytes that are no signature',
        'signatures SIGNATURE_WRONG',
        () => ({ ...vote(), signatures: [Uint8Array.of(1)] }),
      ],
      [
        'a node that nothing needs',
        'nothing-else NODE_UNNEEDED',
        () => ({ ...vote(), nodes: [...vote().nodes, first(older.nodes)] }),
      ],
    ];
    for (const [what, expected, make] of cases)
      it(`refuse ${what}`, () => {
        const found = brokenIn(audited(make(), trustOf(it_)));
        expect(expected.includes(' ') ? found : found?.split(' ')[0]).to.equal(expected);
      });

    function withoutVote(kind: Kind): Bundle {
      return { ...bundles[kind], operation: [], proposal: [], mandate: [] };
    }

    it('refuse a timelock that is not the requester, where no record names one', () => {
      const { governor } = first(vote().proposal);
      const found = audited(operation({ timelock: governor }), trustOf(it_, { deployment: null }));
      expect(brokenIn(found)).to.equal('operation OPERATION_REQUESTER');
    });

    it('refuse each node left out', () => {
      const { nodes } = vote();
      const trust = trustOf(it_);
      for (let at = 0; at < nodes.length; at += 7) {
        const audit = audited({ ...vote(), nodes: nodes.filter((_, index) => index !== at) }, trust);
        expect(brokenIn(audit), `node ${at}`).to.match(/(ACCOUNT|SLOT)_NOT_PROVEN$/);
      }
    });

    it('take a vote without its proposal where no record names a governor, and say so', () => {
      const nodes = vote().nodes;
      const audit = audited({ ...vote(), proposal: [] }, trustOf(it_, { deployment: null }));
      expect(brokenIn(audit), `${nodes.length} nodes, those of the proposal too`).to.equal(
        'nothing-else NODE_UNNEEDED',
      );
    });
  });

  describe('on a chain that says otherwise', () => {
    let snapshot: Awaited<ReturnType<Scene['world']['helpers']['takeSnapshot']>>;
    beforeEach(async () => {
      snapshot = await it_.world.helpers.takeSnapshot();
    });
    afterEach(() => snapshot.restore());

    const contract = (name: string) => hexlify(it_.recorded.contracts[name]!.address);
    const set = ({ contract: name, slot }: Slot, change: (word: bigint) => bigint) =>
      setWord(it_, contract(name), slot, change);
    const setOf = (name: string, slot: Uint8Array, change: (word: bigint) => bigint) =>
      setWord(it_, contract(name), slot, change);
    const field = (shift: bigint, bits: bigint, value: bigint) => (word: bigint) =>
      (word & ~(((1n << bits) - 1n) << shift)) | (value << shift);
    const keyId = () => bundles.vote.request.keyId;
    const requester = () => bundles.vote.request.requester;
    const enclave = () => {
      const { operator, identity } = first(bundles.vote.members);
      return enclaveId(it_.recorded.chainId, it_.recorded.contracts.enclaveRegistry!.address, operator, identity);
    };
    const measured = () => {
      const { tee, image, configuration } = first(bundles.vote.measurements);
      return measurement(tee, image, hash(configuration));
    };
    const proposalId = () => proposalIdOf(operationOf('vote'), first(bundles.vote.proposal));
    const core = () => valueAt(POSITIONS.governor.proposals, proposalId());
    const votes = (offset: bigint) => valueAt(POSITIONS.governor.proposalVotes, proposalId(), offset);

    const cases: [string, string, () => Promise<unknown>][] = [
      ['READY still', 'request REQUEST_NOT_FULFILLED', () => set(requestSlot(bundles.vote.id), field(0n, 8n, 2n))],
      ['a key that is pending', 'key KEY_NOT_ACTIVE', () => set(keySlot(keyId(), 'word'), field(0n, 8n, 1n))],
      ['a scheme that nobody knows', 'key KEY_SCHEME', () => set(keySlot(keyId(), 'word'), field(8n, 8n, 9n))],
      ['another threshold', 'committee COMMITTEE_OTHER', () => set(keySlot(keyId(), 'word'), field(24n, 16n, 3n))],
      ['another committee', 'committee COMMITTEE_OTHER', () => set(keySlot(keyId(), 'committee'), (word) => word ^ 1n)],
      [
        'an enclave that is not registered',
        'registrations REGISTRATION_ABSENT',
        () => set(enclaveSlot(enclave(), 'word'), field(160n, 8n, 0n)),
      ],
      [
        'another identity',
        'registrations REGISTRATION_OTHER',
        () => set(enclaveSlot(enclave(), 'identity'), (word) => word ^ 1n),
      ],
      [
        'another operator',
        'registrations REGISTRATION_OTHER',
        () => set(enclaveSlot(enclave(), 'word'), (word) => word ^ 1n),
      ],
      [
        'another measurement',
        'measurements MEASUREMENT_OTHER',
        () => set(enclaveSlot(enclave(), 'measurement'), (word) => word ^ 1n),
      ],
      [
        'a measurement that no vote admitted',
        'measurements MEASUREMENT_UNVOTED',
        () => set(measurementSlot(measured()), field(0n, 8n, 0n)),
      ],
      ['an older row', 'row ROW_EPOCH', () => set(rowSlot(keyId(), requester()), field(160n, 40n, 0n))],
      ['a row without the kind', 'row ROW_KIND', () => set(rowSlot(keyId(), requester()), field(200n, 24n, 0n))],
      [
        'an operation that waits',
        'operation OPERATION_NOT_DONE',
        () =>
          setOf(
            'timelock',
            valueAt(POSITIONS.timelock.timestamps, operationId(operationOf('vote'))),
            () => 1_800_000_000n,
          ),
      ],
      [
        'an operation that never was',
        'operation OPERATION_NOT_DONE',
        () => setOf('timelock', valueAt(POSITIONS.timelock.timestamps, operationId(operationOf('vote'))), () => 0n),
      ],
      [
        'a governor with another timelock',
        'proposal PROPOSAL_TIMELOCK',
        () => setOf('governor', uintWord(POSITIONS.governor.timelock), (word) => word ^ 1n),
      ],
      ['no such proposal', 'proposal PROPOSAL_UNKNOWN', () => setOf('governor', core(), field(0n, 160n, 0n))],
      [
        'a proposal that is not executed',
        'proposal PROPOSAL_NOT_EXECUTED',
        () => setOf('governor', core(), field(240n, 8n, 0n)),
      ],
      [
        'a proposal that is cancelled',
        'proposal PROPOSAL_NOT_EXECUTED',
        () => setOf('governor', core(), field(248n, 8n, 1n)),
      ],
      [
        'as many votes against',
        'proposal VOTES_AGAINST',
        async () => {
          await setOf('governor', votes(0n), () => 7n);
          await setOf('governor', votes(1n), () => 7n);
        },
      ],
      ['too few votes', 'proposal QUORUM_MISSED', () => setOf('governor', votes(1n), () => 1n)],
      ['another root key', 'payload', () => set(keySlot(keyId(), 'birth'), (word) => word ^ 1n)],
    ];
    for (const [what, expected, change] of cases)
      it(`refuse ${what}`, async () => {
        await change();
        await settle(it_);
        const found = brokenIn(audited(await gather(it_, 'vote'), trustOf(it_)));
        expect(expected.includes(' ') ? found : found?.split(' ')[0]).to.equal(expected);
      });

    it('refuse a row whose module is not the mandate’s', async () => {
      await setOf('keyRegistry', innerValueAt(POSITIONS.keyRegistry.modules, keyId(), requester()), () => 0n);
      await settle(it_);
      expect(brokenIn(audited(await gather(it_, 'mandate'), trustOf(it_)))).to.equal('mandate ROW_MODULE');
    });

    it('refuse fees above a mandate’s caps', async () => {
      const mandate = first(bundles.mandate.mandate);
      const low = { ...mandate, feeCaps: mandate.feeCaps.map((cap) => ({ ...cap, amount: 1n })) };
      const data = mandateCall(bundles.mandate.request, low);
      const placed = { ...operationOf('mandate'), calls: [{ ...first(operationOf('mandate').calls), data }] };
      await setOf('timelock', valueAt(POSITIONS.timelock.timestamps, operationId(placed)), () => 1n);
      await settle(it_);
      const gathered = await gather(it_, 'mandate');
      const nodes = await nodesWith(gathered, operationId(placed));
      const bundle = { ...gathered, nodes, operation: [placed], mandate: [low] };
      expect(brokenIn(audited(bundle, trustOf(it_)))).to.equal('mandate MANDATE_FEES');
    });

    /** With those of another operation of the timelock. */
    async function nodesWith({ nodes }: Bundle, operation: Uint8Array): Promise<readonly Uint8Array[]> {
      const slot = hexlify(valueAt(POSITIONS.timelock.timestamps, operation));
      const { storageProof } = await it_.world.ethers.provider.send('eth_getProof', [
        contract('timelock'),
        [slot],
        'latest',
      ]);
      const more = storageProof[0].proof.map((node: string) => getBytes(node));
      return [...new Map([...nodes, ...more].map((node) => [hexlify(node), node])).values()];
    }

    it('take a proposal that was executed at the timelock itself: the governor still has its id', async () => {
      await setOf('governor', core(), field(240n, 8n, 0n));
      const kept = valueAt(POSITIONS.governor.timelockIds, proposalId());
      await setOf('governor', kept, () => BigInt(hexlify(operationId(operationOf('vote')))));
      await settle(it_);
      expect(brokenIn(audited(await gather(it_, 'vote'), trustOf(it_)))).to.equal(null);
    });

    it('take a row that was changed since, and say so', async () => {
      await set(rowSlot(keyId(), requester()), field(160n, 40n, 9n));
      await settle(it_);
      const audit = audited(await gather(it_, 'vote'), trustOf(it_));
      expect(brokenIn(audit)).to.equal(null);
      expect(audit.notProven.join('\n')).to.match(/it has been changed since/);
    });

    it('refuse a checkpoint that another one has followed before the snapshot', async () => {
      const { quorumNumerators } = POSITIONS.governor;
      await setOf('governor', uintWord(quorumNumerators), () => 2n);
      await setOf('governor', elementAt(quorumNumerators, 1), () => (99n << 48n) | 9n); // 99 percent from block 9 on
      await settle(it_);
      const gathered = await gather(it_, 'vote');
      expect(first(gathered.proposal).quorumIndex).to.equal(1);
      const wrong = { ...gathered, proposal: [{ ...first(gathered.proposal), quorumIndex: 0 }] };
      expect(brokenIn(audited(wrong, trustOf(it_)))).to.match(/^proposal (CHECKPOINT_INDEX|SLOT_NOT_PROVEN)$/);
    });
  });
});
