/** What an enclave signs for the registries, checked the way wallets and contracts check it: EIP-712 by another library. */
import { expect } from 'chai';
import { verifyTypedData } from 'ethers';
import type { Result } from '../../../signer/enclave/api.ts';
import { reportData } from '../../../signer/formats/attestation.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { codeOf, fromHex, generate, networkOf, okOf, shownAt } from '../support/network.ts';
import { CONFIGURATION, TEE } from '../support/world.ts';

const { chainId, contracts } = parseConfiguration(CONFIGURATION);
const domainOf = (name: string, contract: keyof typeof contracts) => ({
  name,
  version: '1',
  chainId,
  verifyingContract: toHex(contracts[contract].address),
});
const operator = toHex(new Uint8Array(20).fill(0x0a));
const region = toHex(new Uint8Array(32).fill(0x0b));
const tlsKey = toHex(new Uint8Array(32).fill(0x0c));
const typesOf = (name: string, fields: string) => ({
  [name]: fields.split(',').map((field) => ({ type: field.split(' ')[0]!, name: field.split(' ')[1]! })),
});

describe('an enclave signs', () => {
  it('its registration, over the block that it was shown', async () => {
    const network = await networkOf(1, 2);
    const [{ call, status }] = network.nodes as [(typeof network.nodes)[0]];
    const block = await shownAt(network.nodes[0]!, 77);
    const params = { operator, region, tlsKey, endpoint: 'wss://operator.example:7001', epoch: 3, block, child: null };
    const attestation = okOf<Result<'attest'>>(await call('attest', params));
    expect(attestation.challenge).to.equal(block);
    expect(attestation).to.include({ challengeBlock: 77, tee: toHex(TEE) });

    const subject = { chainId, enclaveRegistry: contracts.enclaveRegistry.address, operator: fromHex(operator) };
    const challenge = fromHex(attestation.challenge);
    const report = reportData({ ...subject, identity: fromHex(status.identity), epoch: 3, challenge });
    expect(attestation.reportData).to.equal(toHex(report));
    expect(attestation.evidence).to.equal(toHex(report)); // what the TEE of this test says

    const types = typesOf(
      'Registration',
      'address operator,address identity,bytes32 region,bytes32 tlsKey,string endpoint,uint32 epoch,uint64 challengeBlock,bytes32 challenge,bytes32 tee',
    );
    const registration = { ...params, identity: status.identity, challengeBlock: 77, challenge, tee: TEE };
    const signer = verifyTypedData(
      domainOf('Quorate EnclaveRegistry', 'enclaveRegistry'),
      types,
      registration,
      attestation.identitySignature,
    );
    expect(signer.toLowerCase()).to.equal(status.identity);
    const unseen = toHex(new Uint8Array(32).fill(1));
    expect(codeOf(await call('attest', { ...params, block: unseen }))).to.equal('BLOCK_UNKNOWN');
  });

  it('its boot record, one after the one on chain', async () => {
    const network = await networkOf(1, 2);
    const [{ call, status }] = network.nodes as [(typeof network.nodes)[0]];
    const [seat] = network.world.seats;
    seat!.counter = 41;
    const block = await shownAt(network.nodes[0]!, 2);
    const record = okOf<Result<'recordBoot'>>(await call('recordBoot', { operator: toHex(seat!.operator), block }));
    const enclave = toHex(seat!.id);
    expect(record).to.include({ enclave, nonce: status.nonce, encryptionKey: status.encryptionKey, counter: '42' });

    const types = typesOf('Boot', 'bytes32 enclave,bytes16 nonce,bytes32 encryptionKey,uint64 counter');
    const signer = verifyTypedData(
      domainOf('Quorate EnclaveRegistry', 'enclaveRegistry'),
      types,
      record,
      record.identitySignature,
    );
    expect(signer.toLowerCase()).to.equal(status.identity);
  });

  it('its confirmation of a key', async () => {
    const network = await networkOf(2, 2);
    const [confirmation] = await generate(network);
    const types = typesOf(
      'Confirmation',
      'bytes32 keyId,uint32 epoch,uint32 attempt,bytes32 committee,bytes32 transcript,uint8 publicKeyPrefix,bytes32 publicKeyX,bytes32 commitments',
    );
    const signer = verifyTypedData(
      domainOf('Quorate KeyRegistry', 'keyRegistry'),
      types,
      confirmation!,
      confirmation!.identitySignature,
    );
    expect(signer.toLowerCase()).to.equal(network.nodes[0]!.status.identity);
  });
});
