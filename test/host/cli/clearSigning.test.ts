/** What wallets show of the calls that people sign, held against the contracts and against ERC-7730. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAbiItem, toFunctionSelector } from 'viem';
import {
  DESCRIBED,
  DESCRIPTORS,
  descriptorOf,
  ENUMS,
  type Field,
  fileOf,
  itemOf,
} from '../../../scripts/docs/clearSigning.ts';
import { fullSignature, type Item, leavesOf, type Parameter } from '../../../scripts/docs/fullSignature.ts';
import { parseRecord } from '../../../signer/cli/chain/deploymentRecord.ts';
import { CALLABLE } from '../../../signer/cli/words/callable.ts';

/** As artifacts have it: what was compiled, not what was copied. */
const COMPILED: Readonly<Record<string, string>> = {
  SigningRequests: 'requests/SigningRequests',
  SpendingLimits: 'requests/guards/SpendingLimits',
  KeyRegistry: 'keys/KeyRegistry',
  CommitteeVotes: 'keys/CommitteeVotes',
  MeasurementRegistry: 'attestation/MeasurementRegistry',
  EnclaveRegistry: 'attestation/EnclaveRegistry',
  Mandates: 'requests/modules/Mandates',
  IntelTcb: 'attestation/verifiers/intel/IntelTcb',
  IntelCertificates: 'attestation/verifiers/intel/IntelCertificates',
  NitroCertificates: 'attestation/verifiers/nitro/NitroCertificates',
  Guardian: 'governance/Guardian',
  QuorateGovernor: 'governance/QuorateGovernor',
  QuorateToken: 'governance/QuorateToken',
};
function compiled(title: string): readonly Item[] {
  const file = `../../../artifacts/contracts/${COMPILED[title]}.sol/${title}.json`;
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).abi;
}
const selectorOf = (item: unknown) => toFunctionSelector(item as Parameters<typeof toFunctionSelector>[0]);

/** > propertyNames pattern of display.formats (erc7730-v2.schema.json): structs within structs, no deeper */
const KEY =
  /^[A-Za-z_]\w*\(\s*(?:(?:(?:tuple\((?:[^()]|\([^()]*\))*\)|[A-Za-z0-9_]+)(?:\[[0-9]*\])*\s+[A-Za-z_]\w*)(?:\s*,\s*(?=[a-z])|(?=\))))*\)$/;

/** Left to whoever calls them: hosts, modules, the contracts themselves; tokens, which wallets know; what OpenZeppelin describes. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  SigningRequests: ['endRefused', 'fulfil', 'fulfilMany', 'markReady', 'markReadyMany', 'redeliver', 'setAuthority'],
  SpendingLimits: ['onQueued', 'onReady', 'setAuthority'],
  // createKey: three structs deep, which a key of the schema cannot say
  KeyRegistry: ['activate', 'announceCommittee', 'confirm', 'createKey', 'openAttempt', 'recheck', 'setAuthority'],
  CommitteeVotes: ['setAuthority'],
  MeasurementRegistry: ['noteAttestation', 'promote', 'setAuthority'],
  EnclaveRegistry: ['recheck', 'recordBoots', 'register', 'setAuthority'],
  Mandates: ['fill'],
  IntelTcb: ['bringQeIdentity', 'bringTcbInfo', 'setAuthority'],
  IntelCertificates: ['bringCrl', 'bringPck', 'bringSigner', 'setAuthority'],
  NitroCertificates: ['bring', 'setAuthority'],
  Guardian: ['setAuthority'],
  QuorateGovernor: [
    ...['castVoteBySig', 'castVoteWithReasonAndParams', 'castVoteWithReasonAndParamsBySig', 'relay', 'updateTimelock'],
    ...['onERC1155BatchReceived', 'onERC1155Received', 'onERC721Received', 'setLateQuorumVoteExtension'],
    ...['setProposalThreshold', 'setVotingDelay', 'setVotingPeriod', 'updateQuorumNumerator'],
  ],
  QuorateToken: ['approve', 'delegateBySig', 'permit', 'transfer', 'transferFrom'],
};

describe('descriptors for wallets', () => {
  it('are written: run scripts/docs/clearSigning.ts', () => {
    expect(
      readdirSync(DESCRIPTORS)
        .filter((name) => name.endsWith('.json'))
        .sort(),
    ).to.deep.equal(DESCRIBED.map(fileOf).sort());
    for (const one of DESCRIBED)
      expect(JSON.parse(readFileSync(join(DESCRIPTORS, fileOf(one)), 'utf8')), one.title).to.deep.equal(
        descriptorOf(one, null),
      );
  });

  it('bind to the addresses of a deployment, and to none without one', () => {
    const record = parseRecord(
      JSON.stringify({
        chainId: '5',
        contracts: { keyRegistry: { address: `0x${'ab'.repeat(20)}`, codeHash: `0x${'cd'.repeat(32)}` } },
      }),
    );
    const of = (title: string) =>
      JSON.parse(JSON.stringify(descriptorOf(DESCRIBED.find((one) => one.title === title)!, record))).context.contract
        .deployments;
    expect(of('KeyRegistry')).to.deep.equal([{ chainId: 5, address: '0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB' }]);
    expect(of('Guardian'), 'a contract that the record does not have').to.deep.equal([]);
  });

  for (const { title, calls, abi } of DESCRIBED)
    describe(title, () => {
      const { display, metadata } = JSON.parse(readFileSync(join(DESCRIPTORS, fileOf({ title })), 'utf8'));
      const selectors = compiled(title)
        .filter(({ type }) => type === 'function')
        .map(selectorOf);

      it('has keys as the schema wants them, and each is a function of the compiled contract', () => {
        for (const key of Object.keys(display.formats)) {
          expect(key).to.match(KEY);
          const item = parseAbiItem(`function ${key.replaceAll('tuple(', '(')}` as string);
          expect(selectors, key).to.include(selectorOf(item));
        }
        expect(Object.keys(display.formats)).to.have.length(calls.length);
      });

      for (const call of calls)
        it(`shows or hides every value of ${call.name}, each once`, () => {
          const { inputs } = compiled(title).find(
            (item) => item.type === 'function' && selectorOf(item) === selectorOf(itemOf(abi, call)),
          )!;
          expect(call.fields.map(({ path }) => path).sort()).to.deep.equal([...leavesOf(inputs)].sort());
          for (const field of call.fields) expectShown(field, typeAt(inputs, field.path));
          expect(call.intent).to.match(/^[A-Z].{2,48}$/);
        });

      it('names every enumeration that it uses, and no other', () => {
        const used = new Set(
          [...JSON.stringify(display).matchAll(/\$\.metadata\.enums\.(\w+)/g)].map(([, name]) => name),
        );
        expect(Object.keys(metadata.enums ?? {}).sort()).to.deep.equal([...used].sort());
        expect(metadata.owner).to.equal('Quorate');
      });

      it('leaves out only what people do not sign', () => {
        const changing = compiled(title).filter(
          (item) =>
            item.type === 'function' && /payable$/.test((item as { stateMutability?: string }).stateMutability ?? ''),
        );
        const known = new Set(calls.map(({ name }) => name));
        const missing = new Set(changing.map(({ name }) => name).filter((name) => !known.has(name)));
        expect([...missing].sort()).to.deep.equal([...LEFT_OUT[title]!].sort());
      });
    });

  it('are there for every contract that a vote can call, but for those of OpenZeppelin and checks, which change nothing', () => {
    const described = DESCRIBED.map(({ contract }) => contract);
    const left = ['accessManager', 'codeHashGuard', 'livenessGuard', 'timelock'];
    expect([...described, ...left].sort()).to.deep.equal([...CALLABLE].sort());
  });

  it('cannot say createKey: the schema ends at structs within structs', () => {
    const createKey = compiled('KeyRegistry').find(({ name }) => name === 'createKey')!;
    expect(fullSignature(createKey)).to.not.match(KEY);
  });

  it('spell payload kinds, effects and schemes as the code has them', () => {
    expect(ENUMS.payloadKind).to.include({ '1': 'bitcoin-psbt', '6': 'raw-digest' });
    const shapes = readFileSync(join(import.meta.dirname, '../../../contracts/keys/KeyTypes.sol'), 'utf8')
      .match(/enum Shape \{([^}]*)\}/)![1]!
      .match(/\w+/g)!;
    expect(ENUMS.shape).to.deep.equal(Object.fromEntries(shapes.slice(1).map((name, at) => [String(at + 1), name])));
    expect(ENUMS.effectKind).to.include({ '1': 'transfer', '2': 'fee', '3': 'call' });
  });
});

/** A date of bytes, or an address of a number, would show nonsense. */
function expectShown({ path, label, format, params, visible }: Field, type: string): void {
  if (visible === 'never') {
    expect([label, format], path).to.deep.equal([undefined, undefined]);
    return;
  }
  expect(label, path).to.be.a('string').with.length.within(2, 40);
  const fitting: Readonly<Record<string, RegExp>> = {
    raw: /^(bytes\d*|u?int\d+|bool|string)$/,
    addressName: /^address$/,
    date: /^uint48$/,
    duration: /^uint(32|48)$/,
    enum: /^uint8$/,
    calldata: /^bytes$/,
    amount: /^uint256$/,
  };
  expect(type, `${path} as ${format}`).to.match(fitting[format ?? '']!);
  if (format === 'date') expect(params).to.deep.equal({ encoding: 'timestamp' });
  if (format === 'calldata') expect(params).to.have.property('calleePath');
}

/** The type of one value, out of its lists. */
function typeAt(parameters: readonly Parameter[], path: string): string {
  const [name, ...rest] = path.split('.').filter((step) => step !== '[]');
  const found = parameters.find((one) => one.name === name)!;
  return rest.length === 0 ? found.type.replace(/\[\d*\]/g, '') : typeAt(found.components ?? [], rest.join('.'));
}
