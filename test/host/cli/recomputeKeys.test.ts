/** Derived keys of every scheme, computed again from the root key: what the chain verifies under, and nothing else. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { decodeFunctionData, encodeFunctionResult, type Hex, hexToBytes, zeroHash } from 'viem';
import { parseRecord } from '../../../signer/cli/chain/deploymentRecord.ts';
import type { Source } from '../../../signer/cli/chain/source.ts';
import type { KeyNow } from '../../../signer/cli/payload/judgePayload.ts';
import { recomputeKeys } from '../../../signer/cli/verify/recomputeKeys.ts';
import { verifyingKeyOf } from '../../../signer/cli/verify/signatureChain.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { keyId } from '../../../signer/formats/ids.ts';
import { payloadKind } from '../../../signer/formats/kinds.ts';
import { SCHEME_NUMBERS } from '../../../signer/formats/schemes.ts';
import { birthDomain } from '../../../signer/formats/wirePreimages.ts';
import { DERIVED_KEYS_ABI } from '../../../signer/host/chain/abi.ts';
import { createLedger } from '../../../signer/host/chain/view/ledger.ts';
import { word } from '../support/fakeChain.ts';
import { REQUESTER } from '../support/samples.ts';
import { located } from '../support/view.ts';

const [REGISTRY, DERIVED] = [`0x${'0a'.repeat(20)}`, `0x${'0b'.repeat(20)}`] as const;
const entry = (address: string) => ({ address, codeHash: word(1) });
const record = parseRecord(
  JSON.stringify({ chainId: '31337', contracts: { keyRegistry: entry(REGISTRY), derivedKeys: entry(DERIVED) } }),
);
const point = secp256k1.Point.BASE.multiply(7n).toBytes(true);
const KEYS = {
  bip340: { prefix: point[0]!, x: toHex(point.slice(1)) },
  'ecdsa-secp256k1': { prefix: point[0]!, x: toHex(point.slice(1)) },
  ed25519: { prefix: 0, x: word(0xed) },
} as const;
type Scheme = keyof typeof KEYS;

/** The chain has one key of each scheme, and says of each what `bent` makes of what it should. */
function chainOf(bent: (scheme: Scheme, x: Hex) => Hex = (_, x) => x) {
  const keys = Object.entries(KEYS).map(([scheme, key], at) => {
    const id = toHex(keyId(31_337n, hexToBytes(REGISTRY), BigInt(at + 1)));
    const birth = birthDomain(31_337, REGISTRY, id, key);
    const now = { scheme: SCHEME_NUMBERS[scheme as Scheme], publicKeyPrefix: key.prefix, publicKeyX: key.x, birth };
    return { id, scheme: scheme as Scheme, key, now: now as KeyNow };
  });
  const rpc = async (_: string, [call]: readonly unknown[]) => {
    const { args } = decodeFunctionData({ abi: DERIVED_KEYS_ABI, data: (call as { data: Hex }).data });
    const [id, requester, path, kind] = args as readonly [Hex, Hex, Hex, number];
    const { scheme, key } = keys.find((one) => one.id === id)!;
    const use = { scheme, requester, path, payloadKind: payloadKind(kind)! };
    const full = verifyingKeyOf({ chainId: 31_337, keyRegistry: REGISTRY, keyId: id }, key, use);
    const found = { prefix: 0, x: bent(scheme, `0x${full.slice(-64)}`) };
    return encodeFunctionResult({ abi: DERIVED_KEYS_ABI, functionName: 'verifyingKey', result: [0, found] });
  };
  const source = { rpc, record, startBlock: 0 } as unknown as Source;
  const ledger = createLedger(
    located(
      ...keys.map(({ id }) => {
        return { event: 'DerivedKeyClaimed', keyId: id, requester: REQUESTER, path: zeroHash } as const;
      }),
    ),
  );
  const history = { ledger, events: [], head: { number: 1, hash: word(1), parentHash: word(0), timestamp: 0 } };
  return recomputeKeys(source, history, new Map(keys.map(({ id, now }) => [id, now])));
}

describe('keys, computed again', () => {
  const derived = async (bent?: Parameters<typeof chainOf>[0]) =>
    (await chainOf(bent)).filter(({ what }) => what.startsWith('derived key')).map(({ is }) => is);

  it('are what the chain verifies under, in every scheme', async () => {
    expect((await chainOf()).map(({ is }) => is)).to.deep.equal([...Array(6).fill('ok'), 'unproven']);
  });

  for (const [at, scheme] of (['bip340', 'ecdsa-secp256k1', 'ed25519'] as const).entries())
    it(`tell that the chain has another one: ${scheme}`, async () => {
      const found = await derived((of, x) => (of === scheme ? word(9) : x));
      expect(found).to.deep.equal([0, 1, 2].map((each) => (each === at ? 'wrong' : 'ok')));
    });
});
