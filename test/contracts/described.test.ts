/** What explorers and wallets ask: ERC-165, ERC-5267 and ERC-7572, and limits of the chain. */

import { expect } from 'chai';
import { dataLength, type FunctionFragment, Interface, toBeHex } from 'ethers';
import { IKeyAddresses__factory } from '../../types/factories/contracts/addresses/IKeyAddresses__factory.ts';
import { IEnclaveRegistry__factory } from '../../types/factories/contracts/attestation/IEnclaveRegistry__factory.ts';
import { IMeasurementRegistry__factory } from '../../types/factories/contracts/attestation/IMeasurementRegistry__factory.ts';
import { ICodeHashGuard__factory } from '../../types/factories/contracts/governance/ICodeHashGuard__factory.ts';
import { IGuardian__factory } from '../../types/factories/contracts/governance/IGuardian__factory.ts';
import { ILivenessGuard__factory } from '../../types/factories/contracts/governance/ILivenessGuard__factory.ts';
import { IQuorateAccessManager__factory } from '../../types/factories/contracts/governance/IQuorateAccessManager__factory.ts';
import { ICommittees__factory } from '../../types/factories/contracts/keys/ICommittees__factory.ts';
import { ICommitteeVotes__factory } from '../../types/factories/contracts/keys/ICommitteeVotes__factory.ts';
import { IDerivedKeys__factory } from '../../types/factories/contracts/keys/IDerivedKeys__factory.ts';
import { IKeyRegistry__factory } from '../../types/factories/contracts/keys/IKeyRegistry__factory.ts';
import { IDirectory__factory } from '../../types/factories/contracts/lens/IDirectory__factory.ts';
import { IEnclaveLens__factory } from '../../types/factories/contracts/lens/IEnclaveLens__factory.ts';
import { IKeyLens__factory } from '../../types/factories/contracts/lens/IKeyLens__factory.ts';
import { IRequestLens__factory } from '../../types/factories/contracts/lens/IRequestLens__factory.ts';
import { ISpendingLimits__factory } from '../../types/factories/contracts/requests/guards/ISpendingLimits__factory.ts';
import { IRequestGuard__factory } from '../../types/factories/contracts/requests/IRequestGuard__factory.ts';
import { ISignatureConsumer__factory } from '../../types/factories/contracts/requests/ISignatureConsumer__factory.ts';
import { ISigningRequests__factory } from '../../types/factories/contracts/requests/ISigningRequests__factory.ts';
import { ILateSignatures__factory } from '../../types/factories/contracts/requests/modules/ILateSignatures__factory.ts';
import { IMandates__factory } from '../../types/factories/contracts/requests/modules/IMandates__factory.ts';
import { IRefusals__factory } from '../../types/factories/contracts/requests/modules/IRefusals__factory.ts';
import { world } from './support/chain.ts';
import { fresh } from './support/fresh.ts';

const ERC165 = '0x01ffc9a7';
/** EIP-170. */
const MAX_CODE = 24_576;

/** ERC-7913 asks a verifier for nothing but `verify`. */
const BARE: readonly string[] = ['bip340Verifier', 'ecdsaVerifier', 'ed25519Verifier'];

/** An interface's id leaves out what it inherits. */
function limitsInterface(): Interface {
  const guard = IRequestGuard__factory.createInterface();
  const own = ISpendingLimits__factory.createInterface().fragments.filter(
    (fragment) => fragment.type !== 'function' || !guard.hasFunction((fragment as FunctionFragment).name),
  );
  return new Interface(own);
}

function interfaceId(its: Interface): string {
  const selectors = its.fragments
    .filter((fragment): fragment is FunctionFragment => fragment.type === 'function')
    .map((fragment) => BigInt(fragment.selector));
  return toBeHex(
    selectors.reduce((a, b) => a ^ b, 0n),
    4,
  );
}

describe('every contract', () => {
  const made = fresh(async () => ({ it: await world() }));
  const described = [
    ['accessManager', 'AccessManager', IQuorateAccessManager__factory.createInterface()],
    ['codeHashGuard', 'CodeHashGuard', ICodeHashGuard__factory.createInterface()],
    ['livenessGuard', 'LivenessGuard', ILivenessGuard__factory.createInterface()],
    ['guardianContract', 'Guardian', IGuardian__factory.createInterface()],
    ['measurementRegistry', 'MeasurementRegistry', IMeasurementRegistry__factory.createInterface()],
    ['enclaveRegistry', 'EnclaveRegistry', IEnclaveRegistry__factory.createInterface()],
    ['committees', 'Committees', ICommittees__factory.createInterface()],
    ['committeeVotes', 'CommitteeVotes', ICommitteeVotes__factory.createInterface()],
    ['keyRegistry', 'KeyRegistry', IKeyRegistry__factory.createInterface()],
    ['derivedKeys', 'DerivedKeys', IDerivedKeys__factory.createInterface()],
    ['keyAddresses', 'KeyAddresses', IKeyAddresses__factory.createInterface()],
    ['signingRequests', 'SigningRequests', ISigningRequests__factory.createInterface()],
    ['mandates', 'Mandates', IMandates__factory.createInterface()],
    ['refusals', 'Refusals', IRefusals__factory.createInterface()],
    ['lateSignatures', 'LateSignatures', ILateSignatures__factory.createInterface()],
    ['spendingLimits', 'SpendingLimits', limitsInterface()],
    ['closed', 'Closed', IRequestGuard__factory.createInterface()],
    ['enclaveLens', 'EnclaveLens', IEnclaveLens__factory.createInterface()],
    ['keyLens', 'KeyLens', IKeyLens__factory.createInterface()],
    ['requestLens', 'RequestLens', IRequestLens__factory.createInterface()],
    ['directory', 'Directory', IDirectory__factory.createInterface()],
  ] as const;

  for (const [contract, name, its] of described) {
    it(`${name} says what it is and which interfaces it has`, async () => {
      const at = made().it[contract];
      for (const id of [ERC165, interfaceId(its as Interface)]) expect(await at.supportsInterface(id)).to.equal(true);
      for (const id of ['0xffffffff', '0x12345678']) expect(await at.supportsInterface(id)).to.equal(false);
      const uri = await at.contractURI();
      expect(uri).to.match(/^data:application\/json;utf8,/);
      const { name: told, description } = JSON.parse(uri.slice(uri.indexOf(',') + 1)) as Record<string, string>;
      expect(told).to.equal(`Quorate ${name}`);
      expect(description).to.have.length.above(20);
    });
  }

  it('SpendingLimits says that it is a guard', async () => {
    const guard = interfaceId(IRequestGuard__factory.createInterface() as Interface);
    expect(await made().it.spendingLimits.supportsInterface(guard)).to.equal(true);
  });

  for (const [contract, name] of [
    ['enclaveRegistry', 'EnclaveRegistry'],
    ['keyRegistry', 'KeyRegistry'],
  ] as const)
    it(`${name} tells its EIP-712 domain (ERC-5267)`, async () => {
      const at = made().it[contract];
      const domain = await at.eip712Domain();
      expect([domain.fields, domain.name, domain.version, domain.chainId, domain.verifyingContract]).to.deep.equal([
        '0x0f',
        `Quorate ${name}`,
        '1',
        31337n,
        await at.getAddress(),
      ]);
    });

  it('that is deployed answers ERC-165, and describes itself in JSON if at all', async () => {
    const { it } = made();
    const undescribed: string[] = [];
    for (const name of Object.keys(it.record.contracts) as 'keyRegistry'[]) {
      if (BARE.includes(name)) continue;
      const at = it[name];
      expect(await at.supportsInterface(ERC165), name).to.equal(true);
      for (const id of ['0xffffffff', '0x00000000']) expect(await at.supportsInterface(id), name).to.equal(false);
      if (!at.interface.hasFunction('contractURI')) undescribed.push(name);
      else {
        const [type, ...json] = (await at.contractURI()).split(',');
        expect(type).to.equal('data:application/json;utf8');
        const { name: its, description, ...rest } = JSON.parse(json.join(',')) as Record<string, string>;
        expect(its, name).to.match(/^Quorate \w{5}/);
        expect(description, name).to.have.length.above(20);
        expect(rest, name).to.deep.equal({});
      }
    }
    // a DAO names its own token; the others are OpenZeppelin's, and an example
    expect(undescribed).to.deep.equal(['token', 'timelock', 'governor', 'spendReceipt']);
  });

  it('a token says that it is ERC-20, ERC-2612, and votes by a clock (ERC-5805, ERC-6372)', async () => {
    const { token } = made().it;
    const [erc20, permit, votes, clock] = ['0x36372b07', '0x9d8ff7da', '0xe90fb3f6', '0xda287a1d'];
    for (const id of [erc20, permit, votes, clock]) expect(await token.supportsInterface(id!), id).to.equal(true);
  });

  it('of governance tells its own EIP-712 domain too (ERC-5267)', async () => {
    const { token, governor } = made().it;
    for (const [at, name] of [
      [token, 'Quorate Example'],
      [governor, 'Quorate Example DAO'],
    ] as const) {
      const domain = await at.eip712Domain();
      expect([domain.fields, domain.name, domain.version, domain.chainId, domain.verifyingContract]).to.deep.equal([
        '0x0f',
        name,
        '1',
        31337n,
        await at.getAddress(),
      ]);
    }
  });

  it('the example consumer says that it is one', async () => {
    const { spendReceipt } = made().it;
    const consumer = interfaceId(ISignatureConsumer__factory.createInterface());
    for (const id of [ERC165, consumer]) expect(await spendReceipt.supportsInterface(id)).to.equal(true);
    expect(await spendReceipt.supportsInterface('0xffffffff')).to.equal(false);
  });

  it('fits into the size that a chain allows', async () => {
    const { it } = made();
    for (const [name, { address }] of Object.entries(it.record.contracts))
      expect(dataLength(await it.ethers.provider.getCode(address)), name).to.be.at.most(MAX_CODE);
  });
});
