/** Wycheproof's Ed25519 signatures: what the verifier of a released signature accepts, others must accept too. */
import { equal } from 'node:assert/strict';
import { fast, portable } from '../suites.ts';
import { bytes, describeVectors } from './shared.ts';

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

for (const [engine, { ed25519 }] of Object.entries({ fast, portable })) {
  describeVectors(`Wycheproof Ed25519, ${engine} engine`, 'wycheproof/ed25519_test.json', (text) => {
    const groups = (JSON.parse(text) as Wycheproof).testGroups;
    it(`agrees with all ${groups.reduce((sum, { tests }) => sum + tests.length, 0)} cases`, () => {
      for (const { publicKey, tests } of groups) {
        for (const { tcId, comment, msg, sig, result } of tests) {
          const accepted = isSignature(ed25519.isSignature, publicKey.pk, msg, sig);
          equal(accepted, result === 'valid', `${tcId}: ${comment}`);
        }
      }
    });
  });
}

function isSignature(verify: typeof fast.ed25519.isSignature, pk: string, msg: string, sig: string): boolean {
  try {
    return verify(bytes(pk) as Parameters<typeof verify>[0], bytes(msg), bytes(sig));
  } catch {
    return false;
  }
}
