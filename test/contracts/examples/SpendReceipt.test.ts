/** The smallest consumer. */

import { expect } from 'chai';
import { AbiCoder, id, keccak256, ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, claimDerived, outputSecret, parametersOf, rowFor, secretOf, signBip340 } from '../support/keys.ts';
import { actAs, intentOf, readyRequest } from '../support/requests.ts';

const secret = secretOf('receipts');

describe('SpendReceipt', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const rows = [rowFor(requester.address)];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const another = await activeKey(it, members, secretOf('another'), parametersOf(members, { rows }));
    const { spendReceipt: receipts } = it;
    return { it, receipts, requester, keyId, another };
  });

  const hashOf = (signatures: readonly string[]) =>
    keccak256(AbiCoder.defaultAbiCoder().encode(['bytes[]'], [signatures]));
  /** Asked for with this consumer, and fulfilled. */
  const spent = async (keyId: string, from = secret) => {
    const { it, requester, receipts } = made();
    const digests = [id('input 0'), id('input 1')];
    const consumer = { consumer: await receipts.getAddress(), callbackGas: 100_000 };
    const its = await readyRequest(it, requester, await intentOf(it, keyId, { digests, ...consumer }));
    const signer = outputSecret(await claimDerived(it, keyId, from, requester.address));
    const signatures = digests.map((digest) => signBip340(signer, digest));
    return { its, signatures, fulfilling: it.signingRequests.fulfil(its.header, digests, signatures) };
  };

  it('keeps the hash of the signatures of its key, in an event too', async () => {
    const { it, receipts, keyId } = made();
    const { its, signatures, fulfilling } = await spent(keyId);
    await expect(fulfilling)
      .to.emit(receipts, 'Received')
      .withArgs(its.id, hashOf(signatures))
      .and.to.emit(it.signingRequests, 'CallbackDelivered');
    expect(await receipts.receiptOf(its.id)).to.equal(hashOf(signatures));
  });

  it('takes none of another key, which are fulfilled all the same', async () => {
    const { it, receipts, another, keyId } = made();
    const { its, fulfilling } = await spent(another, secretOf('another'));
    await expect(fulfilling).to.emit(it.signingRequests, 'CallbackFailed').withArgs(its.id, receipts);
    expect(await receipts.receiptOf(its.id)).to.equal(ZeroHash);
    const requests = await actAs(it, await it.signingRequests.getAddress());
    await expect(receipts.connect(requests).onSignature(its.id, another, []))
      .to.be.revertedWithCustomError(receipts, 'SpendReceiptWrongKey')
      .withArgs(another, keyId);
  });

  it('takes none from anybody but SigningRequests', async () => {
    const { it, receipts, keyId, requester } = made();
    for (const by of [requester, it.dao, it.deployer])
      await expect(receipts.connect(by).onSignature(id('request'), keyId, ['0x01']))
        .to.be.revertedWithCustomError(receipts, 'SpendReceiptWrongCaller')
        .withArgs(by, it.signingRequests);
  });

  it('says by ERC-165 that it is a consumer', async () => {
    const { receipts } = made();
    const { selector } = receipts.interface.getFunction('onSignature');
    for (const known of [selector, '0x01ffc9a7']) expect(await receipts.supportsInterface(known)).to.equal(true);
    for (const other of ['0xffffffff', '0x12345678']) expect(await receipts.supportsInterface(other)).to.equal(false);
  });
});
