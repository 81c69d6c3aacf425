/** Where governor, timelock and token keep what an audit reads, against the compiler's layout of what is deployed. */

import { expect } from 'chai';
import { GOVERNANCE_PACKED, POSITIONS } from '../../signer/audit/layout.ts';
import { fieldsOf, type Layout, layoutOf, slotOf } from '../contracts/support/layout.ts';

const SOURCES = {
  timelock: ['@openzeppelin/contracts/governance/TimelockController.sol', 'TimelockController'],
  governor: ['contracts/governance/QuorateGovernor.sol', 'QuorateGovernor'],
  token: ['contracts/governance/QuorateToken.sol', 'QuorateToken'],
  keyRegistry: ['contracts/keys/KeyRegistry.sol', 'KeyRegistry'],
} as const;

const VARIABLES = {
  timelock: { timestamps: '_timestamps' },
  governor: {
    proposals: '_proposals',
    proposalVotes: '_proposalVotes',
    quorumNumerators: '_quorumNumeratorHistory',
    timelock: '_timelock',
    timelockIds: '_timelockIds',
  },
  token: { totalCheckpoints: '_totalCheckpoints' },
  keyRegistry: { modules: '_modules' },
} as const;

describe('where an audit looks', () => {
  const layouts = new Map<string, Layout>();
  before(async () => {
    for (const [name, [source, contract]] of Object.entries(SOURCES))
      layouts.set(name, await layoutOf(source, contract));
  });

  for (const [contract, variables] of Object.entries(VARIABLES))
    for (const [name, variable] of Object.entries(variables))
      it(`${contract} has ${variable} there`, () => {
        const position = (POSITIONS as Record<string, Record<string, bigint>>)[contract]![name];
        expect(slotOf(layouts.get(contract)!, variable)).to.equal(Number(position));
      });

  it('reads every position that is declared', () => {
    const declared = Object.values(POSITIONS).flatMap((one) => Object.keys(one));
    expect(declared).to.have.members(Object.values(VARIABLES).flatMap((one) => Object.keys(one)));
  });

  /** Bits of a word's fields, from their places. */
  const widths = (fields: ReturnType<typeof fieldsOf>) => {
    const first = fields.filter(({ slot }) => slot === 0);
    return first.map(({ name, bits }, at) => [name.replace(/^_/, ''), (first[at + 1]?.bits ?? 256) - bits]);
  };

  it('unpacks a proposal as it is packed', () => {
    const fields = fieldsOf(layouts.get('governor')!, '_proposals');
    expect(widths(fields)).to.deep.equal(Object.entries(GOVERNANCE_PACKED.proposal));
  });

  it('reads votes against, for and abstained one after the other', () => {
    const fields = fieldsOf(layouts.get('governor')!, '_proposalVotes').slice(0, 3);
    expect(fields.map(({ name, slot, type }) => [name, slot, type])).to.deep.equal([
      ['againstVotes', 0, 'uint256'],
      ['forVotes', 1, 'uint256'],
      ['abstainVotes', 2, 'uint256'],
    ]);
  });

  for (const [contract, variable] of [
    ['governor', '_quorumNumeratorHistory'],
    ['token', '_totalCheckpoints'],
  ] as const)
    it(`unpacks a checkpoint of ${contract} as it is packed`, () => {
      const { types } = layouts.get(contract)!;
      const [, checkpoint] = Object.entries(types).find(([name]) => name.startsWith('t_struct(Checkpoint208)'))!;
      const members = checkpoint.members!.map(({ label, offset }) => [label, offset * 8]);
      expect(members).to.deep.equal([
        ['_key', 0],
        ['_value', GOVERNANCE_PACKED.checkpoint.key],
      ]);
      expect(fieldsOf(layouts.get(contract)!, variable).map(({ name, slot }) => [name, slot])).to.deep.equal([
        ['_checkpoints', 0],
      ]);
    });
});
