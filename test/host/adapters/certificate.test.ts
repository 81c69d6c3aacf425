import { expect } from 'chai';
import { generateCertificate, isPair } from '../../../signer/host/adapters/certificate.ts';

describe('a certificate and its key', () => {
  it('belong together, or are none', async () => {
    const [mine, another] = await Promise.all([generateCertificate(new Date(0)), generateCertificate(new Date(0))]);
    expect(isPair(mine)).to.equal(true);
    expect(isPair({ cert: mine.cert, key: another.key })).to.equal(false);
    expect(isPair({ cert: mine.key, key: mine.cert })).to.equal(false);
    expect(isPair({ cert: mine.cert, key: 'no key' })).to.equal(false);
    expect(isPair({ cert: '', key: '' })).to.equal(false);
  });
});
