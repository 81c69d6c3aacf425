import { expect } from 'chai';
import { generateEncryptionKey, hpkeOpen, hpkeSeal } from '../../../signer/enclave/peers/hpke.ts';
import { seeded } from '../../simulation/random.ts';

const random = seeded('hpke');
const rng = (length: number) => random.bytes(length);
const [info, aad, text] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3, 4, 5)];

describe('HPKE to a boot key', () => {
  it('opens for its receiver, with the same info and aad', async () => {
    const key = await generateEncryptionKey(rng);
    const sealed = (await hpkeSeal(key.publicKey, info, aad, text, rng))!;
    expect(await hpkeOpen(key, info, aad, sealed)).to.deep.equal(text);
    expect(sealed.ciphertext).to.have.length(text.length + 16);
  });

  it('opens for nobody else, and not when anything was altered', async () => {
    const key = await generateEncryptionKey(rng);
    const other = await generateEncryptionKey(rng);
    const sealed = (await hpkeSeal(key.publicKey, info, aad, text, rng))!;
    const flipped = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
    expect(await hpkeOpen(other, info, aad, sealed)).to.equal(undefined);
    expect(await hpkeOpen(key, aad, aad, sealed)).to.equal(undefined);
    expect(await hpkeOpen(key, info, info, sealed)).to.equal(undefined);
    expect(await hpkeOpen(key, info, aad, { ...sealed, enc: flipped(sealed.enc) })).to.equal(undefined);
    expect(await hpkeOpen(key, info, aad, { ...sealed, ciphertext: flipped(sealed.ciphertext) })).to.equal(undefined);
    expect(await hpkeOpen(key, info, aad, { ...sealed, enc: new Uint8Array(32) })).to.equal(undefined);
    expect(await hpkeOpen(key, info, aad, { ...sealed, ciphertext: new Uint8Array(3) })).to.equal(undefined);
  });

  it('never uses an ephemeral key twice', async () => {
    const key = await generateEncryptionKey(rng);
    const first = (await hpkeSeal(key.publicKey, info, aad, text, rng))!;
    const second = (await hpkeSeal(key.publicKey, info, aad, text, rng))!;
    expect(first.enc).not.to.deep.equal(second.enc);
  });

  it('does not seal to a point of small order', async () => {
    for (const point of [new Uint8Array(32), Uint8Array.from({ length: 32 }, (_, at) => Number(at === 0))]) {
      expect(await hpkeSeal(point, info, aad, text, rng)).to.equal(undefined);
    }
  });

  // RFC 9180, A.2.1 (DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305), base mode, sequence number 0
  it('is RFC 9180: appendix A.2.1', async () => {
    const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
    const ikmR = hex('1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df');
    const ikmE = hex('909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b');
    const key = await generateEncryptionKey(() => ikmR);
    expect(Buffer.from(key.publicKey).toString('hex')).to.equal(
      '4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a',
    );
    const sealed = (await hpkeSeal(
      key.publicKey,
      hex('4f6465206f6e2061204772656369616e2055726e'),
      hex('436f756e742d30'),
      hex('4265617574792069732074727574682c20747275746820626561757479'),
      () => ikmE,
    ))!;
    expect(Buffer.from(sealed.enc).toString('hex')).to.equal(
      '1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a',
    );
    expect(Buffer.from(sealed.ciphertext).toString('hex')).to.equal(
      '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28',
    );
  });
});
