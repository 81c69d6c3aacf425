/** The protocol in one bundled file, in the sandbox of an enclave: no files, no network, no code from strings. */
import { equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** What TOOLCHAIN found to close everything that an enclave does not need. */
const SANDBOX = [
  '--permission',
  '--no-experimental-sqlite',
  '--no-experimental-ffi',
  '--no-experimental-webstorage',
  '--disallow-code-generation-from-strings',
];

const wasm = join(dirname(createRequire(import.meta.url).resolve('tiny-secp256k1')), '../secp256k1.wasm');

const ENTRY = `
import module from ${JSON.stringify(wasm)};
import { loadEcdsaSuite, loadSuites } from '../../signer/protocol/ciphersuite/load.ts';
import { committeeOf } from '../../signer/protocol/committee.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import { frostSign } from '../../signer/protocol/frost/frostSign.ts';
import { ecdsaSign } from '../../signer/protocol/ecdsa/ecdsaSign.ts';
import { otSetup } from '../../signer/protocol/ecdsa/ot/otSetup.ts';
import { OtPairs } from '../../signer/protocol/ecdsa/ot/pairs.ts';

const rng = (length) => crypto.getRandomValues(new Uint8Array(length));
const suites = await loadSuites(module, rng);
const membersOf = () => {
  const context = rng(32);
  return [1, 2].map((id) => committeeOf(id, [1, 2], 2, context));
};
const run = (protocols) => {
  let steps = protocols.map((protocol) => protocol.next());
  while (!steps[0].done) {
    const saidTo = (k) => ({ broadcast: steps[1 - k].value.broadcast, direct: steps[1 - k].value.direct?.get(k + 1) });
    const heard = [0, 1].map((k) => new Map([[2 - k, saidTo(k)]]));
    steps = protocols.map((protocol, k) => protocol.next(heard[k]));
  }
  return steps.map(({ value }) => value);
};
const message = rng(32);
for (const suite of Object.values(suites)) {
  const shares = run(membersOf().map((committee) => keygen(committee, suite, rng)));
  const [[signature]] = run(membersOf().map((committee, k) => frostSign(committee, suite, shares[k], { orders: [{ message, tweaks: [] }] }, rng)));
  process.stdout.write(suite.name + ' ' + signature.length + '\\n');
}
const suite = await loadEcdsaSuite(module, rng);
const shares = run(membersOf().map((committee) => keygen(committee, suite, rng)));
const boots = new Map([1, 2].map((id) => [id, rng(32)]));
const pairs = [1, 2].map((id) => new OtPairs(boots.get(id)));
run(membersOf().map((committee, k) => otSetup(committee, suite, boots, pairs[k], rng)));
const [signature] = run(membersOf().map((committee, k) => ecdsaSign(committee, suite, shares[k], { digest: message, tweaks: [] }, boots, pairs[k], rng)));
process.stdout.write(suite.name + ' ' + signature.length + '\\n');
`;

describe('the sandbox of an enclave', () => {
  it('lets the bundled protocol make keys and signatures, with nothing granted', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'quorate-bundle-'));
    try {
      const outfile = join(folder, 'bundle.mjs');
      await build({
        stdin: { contents: ENTRY, resolveDir: import.meta.dirname, loader: 'ts' },
        outfile,
        bundle: true,
        format: 'esm',
        platform: 'node',
        loader: { '.wasm': 'binary' },
        logLevel: 'silent',
      });
      const { stdout, stderr, status } = spawnSync(process.execPath, [...SANDBOX, outfile], {
        env: {},
        encoding: 'utf8',
      });
      equal(stdout, 'bip340 64\ned25519 64\necdsa-secp256k1 65\n', stderr);
      equal(status, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
