/** All that people do before and after a vote, on a network that runs: each command as a program sees it. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transaction } from '@scure/btc-signer';
import * as btc from 'bitcoinjs-lib';
import { expect } from 'chai';
import { OUTPUTS } from '../../../scripts/docs/outputSchemas.ts';
import { until } from '../../../scripts/local/until.ts';
import type { Options } from '../../../signer/cli/command.ts';
import { COMMANDS } from '../../../signer/cli/commands.ts';
import type { Devnet } from '../../../signer/cli/devnet/record.ts';
import { scriptOn } from '../../../signer/cli/payload/address.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import { address } from '../../../signer/payload/solana/base58.ts';
import { breaches } from '../../host/support/conforms.ts';
import { quorate } from '../../host/support/quorate.ts';
import { compiled, messageBytes } from '../../payload/support/solana.ts';

const MAIN = join(import.meta.dirname, '../../../signer/cli/main.ts');

/** Hardhat's third account, which every devnet has unlocked and with money. */
const DELEGATE = '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc';

// biome-ignore lint/suspicious/noExplicitAny: whatever a program finds in JSON
type Json = any;
type Said = { readonly json: Json; readonly text: string; readonly ok: boolean };

/** With defaults as the command line has them; what it prints has to conform to its schema. */
async function said(name: string, options: Options): Promise<Said> {
  const command = COMMANDS[name]!;
  const defaults = Object.fromEntries(command.options.map((option) => [option.name, option.fallback]));
  const shown = (await command.run({ ...defaults, ...options }))!;
  const json = JSON.parse(
    JSON.stringify(shown.json, (_, value) => (typeof value === 'bigint' ? value.toString() : value)),
  );
  expect(breaches(OUTPUTS[name]!, json), name).to.deep.equal([]);
  return { json, text: shown.text, ok: shown.ok };
}

/** Pays 0.0004 BTC and returns the rest to the key's own address, as a wallet would write it. */
function spendOf(address: string): Uint8Array {
  const own = scriptOn('regtest')(address)!;
  const transaction = new Transaction({ version: 2 });
  const witnessUtxo = { script: own, amount: 100_000n };
  transaction.addInput({ txid: 'ef'.repeat(32), index: 0, sequence: 0xfffffffd, witnessUtxo });
  transaction.addOutput({
    script: scriptOn('regtest')('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080')!,
    amount: 40_000n,
  });
  transaction.addOutput({ script: own, amount: 59_000n });
  return transaction.toPSBT(0);
}

async function expectFatal(work: Promise<unknown>, says: RegExp): Promise<void> {
  const error = await work.then(
    () => 'nothing',
    (thrown) => thrown,
  );
  expect(error).to.be.instanceOf(Fatal);
  expect(error.message).to.match(says);
}

/** The timelock's two seconds, or a signature. */
function expectSoon(condition: () => Promise<boolean>): Promise<void> {
  return until('it has come true', 60_000, () =>
    condition().catch((error) => {
      if (error instanceof Fatal) return false;
      throw error;
    }),
  );
}

export function doors(devnetOf: () => Devnet): void {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-doors-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const where = () => ({ rpc: devnetOf().rpc, deployment: devnetOf().deployment });
  const say = (name: string, options: Options = {}) => said(name, { ...where(), ...options });
  const bitcoin = () => devnetOf().keys.find(({ scheme }) => scheme === 'bip340')!;
  const dry = { title: 'A try', 'dry-run': true } as const;
  const propose = (what: string, options: Options) =>
    say(`propose ${what}`, { ...dry, from: devnetOf().voter.address, ...options });
  const words = ({ json }: Said): string => json.findings.map((one: Json) => `${one.is}: ${one.words}`).join('\n');

  for (const name of ['keys', 'enclaves', 'outlook', 'measurements', 'roles', 'requests', 'proposals'])
    it(`${name} answers as its schema says`, async () => {
      const { json } = await say(name);
      expect(Object.keys(json)).to.not.have.length(0);
    });

  it('the host tells its state as its schema says', async () => {
    const { config } = devnetOf().nodes[0]!;
    await said('status', { config });
    await said('doctor', { config });
    await said('devnet status', { directory: join(devnetOf().deployment, '..') });
    await said('retire', { config }).catch((error) => expect(error).to.be.instanceOf(Fatal));
  });

  it('keys say how many have to fall together, as the contracts see it', async () => {
    const { json } = await say('keys');
    for (const { falls, exposures, threshold, members } of json) {
      const apart = devnetOf().nodes.length; // one enclave each
      expect(falls.operator).to.deep.equal({ apart, sign: threshold, stop: members.length - threshold + 1 });
      for (const one of ['region', 'vendor', 'platform', 'sealing']) {
        expect(falls[one].sign > 1, one).to.equal(exposures[one].safe);
        expect(falls[one].stop > 1, one).to.equal(exposures[one].survives);
      }
    }
  });

  it('a node of one`s own is set up from the folder: all that is missing is gas and a vote', async () => {
    const { rpc, beacon, deployment, configuration } = devnetOf();
    const place = join(deployment, '..');
    const { enclave } = JSON.parse(readFileSync(devnetOf().nodes[0]!.config, 'utf8')) as Json;
    const [collateral] = enclave.collateral;
    const { data } = (await (await fetch(`${beacon}/eth/v1/beacon/headers/finalized`)).json()) as Json;
    const made = await quorate(
      ...['init', '--directory', join(folder, 'node'), '--tee', 'development', '--kind', 'nitro', '--rpc', rpc],
      ...['--programs', place],
      ...['--root-key', join(place, 'development-root.key'), '--beacon', beacon, '--checkpoint', data.root],
      ...['--deployment', deployment, '--configuration', configuration, '--endpoint', 'wss://127.0.0.1:7000'],
      ...['--region', 'mars', '--health-port', '9177', '--collateral', collateral, '--json'],
    );
    expect(made).to.include({ code: 0, error: '' });
    const { json } = await said('doctor', { config: JSON.parse(made.out).config });
    const missing = json.filter(({ ok }: Json) => !ok).map(({ check }: Json) => check);
    expect(missing.filter((check: string) => !check.startsWith('port'))).to.deep.equal(['gas account', 'admission']);
    expect(json.find(({ check }: Json) => check === 'admission').advice).to.include(JSON.parse(made.out).operator);
  });

  it('what the devnet prints to try works as it is printed', async () => {
    const { out } = await quorate('devnet', 'up', '--directory', join(devnetOf().deployment, '..'));
    const lines = out
      .split('Now try:\n')[1]!
      .trim()
      .split('\n')
      .map((line) => line.trim());
    expect(lines.at(-1)).to.match(/^npx quorate devnet down/);
    const script = ['set -e', `npx() { shift; "${process.execPath}" "${MAIN}" "$@"; }`, ...lines.slice(0, -1)].join(
      '\n',
    );
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, printed).to.equal(0);
    expect(printed).to.include('falling together').and.include('nothing was sent (--dry-run)');
  });

  it('a report of another deployment is told to be one, and not in a line for each of its fields', async () => {
    const report = join(folder, 'report.json');
    const other = { keyId: `0x${'11'.repeat(32)}`, publicKey: `0x${'12'.repeat(32)}`, prefix: 2 };
    writeFileSync(report, JSON.stringify({ chainId: 31337, contracts: {}, keys: [other], requests: [] }));
    await expectFatal(COMMANDS.verify!.run({ ...where(), report }), /the report is of another deployment/);
  });

  describe('a proposal', () => {
    it('of a payload is decoded, declared and rehearsed, and told with addresses', async () => {
      const file = join(folder, 'spend.psbt');
      writeFileSync(file, spendOf(bitcoin().addresses.bitcoinRegtest!));
      const found = await propose('bitcoin', { file, key: bitcoin().keyId, path: bitcoin().path });
      expect(words(found)).to.include('fine: enclaves of this release sign it').and.include('no call would revert');
      expect(words(found)).to.include('the guardian has nothing to cancel');
      expect(found.text).to.include(bitcoin().addresses.bitcoinRegtest!);
      expect(found.json.description).to.match(/^# A try\n#proposer=0x[0-9a-f]{40}$/);
      // explained from what it printed, by somebody else
      const printed = join(folder, 'proposed.json');
      writeFileSync(printed, JSON.stringify(found.json));
      const told = await say('explain', { file: printed });
      expect(told.text).to.include('signingRequests.request').and.include(bitcoin().addresses.bitcoinRegtest!);
      expect(told.ok).to.equal(true);
    });

    it('of a payload that is another key`s is refused with the enclave`s own code', async () => {
      const file = join(folder, 'spend.psbt');
      const found = await propose('bitcoin', { file, key: bitcoin().keyId, path: 'elsewhere' });
      expect(found.ok).to.equal(false);
      expect(words(found)).to.include('problem: enclaves of this release refuse it: INPUT_NOT_OWN');
      expect(words(found)).to.match(/problem: this key at path 0x[0-9a-f]{64} is bcrt1p.*--path/);
      expect(words(found)).to.include(`${bitcoin().path} (${bitcoin().addresses.bitcoinRegtest})`);
      const told = await say('explain', { file, key: bitcoin().keyId, path: 'elsewhere' });
      expect(told.ok).to.equal(false);
      expect((await said('explain', { file })).text, 'without a chain').to.include('fee 0.0');
    });

    it('of what an account nobody knows would sign names that account, and warns of it', async () => {
      const evm = devnetOf().keys.find(({ scheme }) => scheme === 'ecdsa-secp256k1')!;
      const file = join(folder, 'text');
      writeFileSync(file, 'A text that is no other encoding.');
      const at = (path?: string) =>
        propose('payload', { file, key: evm.keyId, kind: 'eip191', ...(path === undefined ? {} : { path }) });
      const unused = await at();
      expect(unused.json.account)
        .to.match(/^0x[0-9a-fA-F]{40}$/)
        .and.not.equal(evm.addresses.evm);
      expect(unused.text).to.include(`signed by ${unused.json.account}, path 0x00`);
      expect(words(unused)).to.include(`${evm.path} (${evm.addresses.evm})`);
      const used = await at(evm.path);
      expect(used.json.account).to.equal(evm.addresses.evm);
      const told = { file, key: evm.keyId, kind: 'eip191', path: evm.path };
      expect((await say('explain', told)).json).to.include({ account: evm.addresses.evm });
      const stranger = await say('explain', { ...told, requester: `0x${'09'.repeat(20)}` });
      expect(stranger.ok).to.equal(false);
      expect(words(stranger)).to.include('no row of this key lets 0x0909');
      expect(words(used)).to.not.include('--path');
    });

    it('that calls nobody with the signatures is a problem', async () => {
      const evm = devnetOf().keys.find(({ scheme }) => scheme === 'ecdsa-secp256k1')!;
      const file = join(folder, 'text');
      const call = { file, key: evm.keyId, kind: 'eip191', path: evm.path, 'callback-gas': '1000' };
      const nobody = await propose('payload', { ...call, consumer: `0x${'12'.repeat(20)}` });
      expect(words(nobody)).to.include('has no code: nothing takes the signatures');
      const { contracts } = JSON.parse(readFileSync(devnetOf().deployment, 'utf8'));
      const other = await propose('payload', { ...call, consumer: contracts.token.address });
      expect(words(other)).to.match(/warning: nobody can say whether the consumer .* takes signatures.*refuses a try/);
    });

    it('of limits binds the delegate first, and is rehearsed as a whole', async () => {
      const delegate = `0x${'aa'.repeat(20)}`;
      const limits = {
        caps: 'btc,0.5btc,7d,0.001btc',
        kinds: 'bitcoin-psbt',
        places: '2',
        expires: '30d',
        delay: '1d',
      };
      const recipients = bitcoin().addresses.bitcoinRegtest!;
      const found = await propose('guard', { key: bitcoin().keyId, requester: delegate, recipients, ...limits });
      expect(found.json.actions.map(({ contract }: Json) => contract)).to.deep.equal([
        ...['keyRegistry.setRow', 'spendingLimits.setLimits'],
      ]);
      expect(words(found)).to.include('no call would revert').and.include('no open request of this row is overtaken');
      expect(found.text).to.include('0.50000000 BTC at once, refilled evenly in 7 d').and.include(recipients);
      const at0 = await propose('guard', { key: bitcoin().keyId, requester: delegate, ...limits, delay: '0' });
      expect(words(at0)).to.include('the guardian has nothing to cancel').and.include('may pay whomever it likes');
    });

    it('of a cap that is none, or for the timelock, is not made', async () => {
      const options = { key: bitcoin().keyId, requester: `0x${'aa'.repeat(20)}`, kinds: 'bitcoin-psbt' };
      for (const caps of ['btc', 'btc,1,1d', 'btc,1,1d,1,1', 'gold,1,1d,1', 'btc,1eth,1d,1'])
        await expectFatal(propose('guard', { ...options, caps }), /cap|asset|amount/);
      const own = { ...options, requester: bitcoin().requester, caps: 'btc,1,1d,1' };
      await expectFatal(propose('guard', own), /timelock/);
    });

    it('that would stop a key is undone by its last call, and that is told', async () => {
      const { json } = await say('measurements');
      const [{ measurement }] = json.measurements;
      const found = await propose('revoke', {
        measurement: measurement.slice(0, 12),
        'keep-live': bitcoin().keyId.slice(0, 12),
      });
      expect(words(found)).to.include(`would sign nothing any more: 0 of ${devnetOf().nodes.length} members are left`);
      expect(words(found)).to.match(
        /problem: call 2, livenessGuard.requireLive, would revert: LivenessGuardTooFewLive/,
      );
      expect(found.ok).to.equal(false);
    });

    it('of a pause, of a committee, of a row, of an operator is rehearsed too', async () => {
      const operators = devnetOf()
        .nodes.map(({ operator }) => operator)
        .join(',');
      const pause = await propose('pause', { key: bitcoin().keyId, for: '2w' });
      const all = await propose('pause', { network: true, for: '1h' });
      const fork = await propose('fork', { version: '0x0a0b0c0d', epoch: '999999', shape: 'gloas' });
      const committee = await propose('committee', { key: bitcoin().keyId, operators, threshold: '2' });
      const key = await propose('key', {
        scheme: 'bip340',
        operators,
        threshold: '2',
        kinds: 'bitcoin-psbt',
        delay: '1d',
      });
      const admit = await propose('admit', { operator: `0x${'bb'.repeat(20)}`, region: 'mars' });
      const row = await propose('row', { key: bitcoin().keyId, kinds: 'bitcoin-psbt', delay: '1h' });
      for (const found of [pause, all, fork, committee, key, admit, row]) {
        expect(words(found), found.text).to.include('no call would revert');
        expect(found.ok).to.equal(true);
      }
    });

    it('of what is not there or not paused is a problem, or none at all', async () => {
      const key = bitcoin().keyId;
      for (const what of [{ network: true }, { key }])
        expect(words(await propose('pause', { ...what, end: true }))).to.match(
          /problem: there is no pause of .* to end/,
        );
      await expectFatal(propose('pause', { key, for: '0' }), /--for 0 pauses nothing/);
      const admit = { operator: `0x${'bb'.repeat(20)}`, region: 'mars' };
      await expectFatal(propose('admit', { ...admit, region: '' }), /--region is empty/);
      await expectFatal(propose('admit', { ...admit, operator: `0x${'00'.repeat(20)}` }), /which is nobody's/);
      const few = { key, operators: devnetOf().nodes[0]!.operator, threshold: '9' };
      expect(words(await propose('committee', few))).to.include('9 members sign together, and it has 1');
    });

    it('of platforms says who would be out, and admits before it asks', async () => {
      const { nodes } = devnetOf();
      const some = `0x${'dd'.repeat(32)}`;
      const out = await propose('platforms', { admit: some, only: 'tdx' });
      expect(words(out)).to.match(/warning: enclave 0x\w+… of 0x\w+ would be out: its platform 0x\w{64} is not listed/);
      expect(words(out)).to.include('would sign nothing any more').and.include('no call would revert');
      expect(out.json.actions.map(({ contract }: Json) => contract)).to.deep.equal([
        'enclaveRegistry.setPlatformAdmitted',
        'enclaveRegistry.setOnlyAdmittedPlatforms',
      ]);
      const named = [...words(out).matchAll(/its platform (0x\w{64})/g)].map(([, id]) => id!);
      expect(named.length).to.be.within(1, nodes.length);
      const all = await propose('platforms', { admit: named.join(), only: 'tdx' });
      expect(words(all)).to.include('every enclave that is attested now stays in').and.not.include('warning: enclave');
      const fewer = await propose('platforms', { dismiss: some, any: 'nitro' });
      expect(words(fewer)).to.include('every enclave that is attested now stays in');

      await expectFatal(propose('platforms', {}), /not said what changes/);
      await expectFatal(propose('platforms', { admit: '0x12' }), /names no platform: 0x12/);
      await expectFatal(propose('platforms', { admit: some, dismiss: some }), /both ways/);
      await expectFatal(propose('platforms', { only: 'tdx', any: 'tdx' }), /both ways/);
      await expectFatal(propose('platforms', { only: 'snp' }), /--only is snp/);
    });

    it('of any call is told in words where the contract is known, and refused where nothing would be called', async () => {
      const args = JSON.stringify([bitcoin().keyId, bitcoin().requester]);
      await expectFatal(
        propose('call', { to: 'keyRegistri', function: 'raise', args: '[]' }),
        /no contract keyRegistri/,
      );
      const known = await propose('call', { to: 'keyRegistry', function: 'raise', args });
      expect(known.text).to.include('keyRegistry.raise').and.include(bitcoin().keyId).and.include('may ask anew');
      expect(known.ok).to.equal(true);
      const short = await say('explain', { file: '0xa9059cbb00', to: 'token' });
      expect(short.text).to.match(/nobody here knows what this call of token does/);
      const empty = await propose('call', {
        to: `0x${'cc'.repeat(20)}`,
        function: 'transfer(address,uint256)',
        args: JSON.stringify([bitcoin().requester, '1']),
      });
      expect(words(empty)).to.include('has no code: the call would do nothing');
      const reverts = await propose('call', {
        to: 'keyRegistry',
        function: 'pause',
        args: JSON.stringify([`0x${'dd'.repeat(32)}`, 1]),
      });
      expect(words(reverts)).to.include('problem: call 1, keyRegistry.pause, would revert: KeyRegistry');
    });

    it('that nobody votes on is defeated, and that is told', async () => {
      const who = { 'key-file': devnetOf().voter.keyFile };
      const { json } = await say('propose pause', { ...who, title: 'Nobody cares', network: true, for: '1h' });
      await mine(33);
      const told = await say('explain', { file: json.proposalId });
      expect(told.json.state).to.equal('defeated');
      expect(told.json.next).to.match(/^nobody voted; /);
      await expectFatal(say('vote', { ...who, file: json.proposalId.slice(0, 5), support: 'for' }), /may be many/);
    });

    it('is made, voted on, queued and executed; a request of it can be followed and explained', async () => {
      const file = join(folder, 'spend.psbt');
      const who = { 'key-file': devnetOf().voter.keyFile };
      const { json } = await say('propose bitcoin', {
        ...who,
        title: 'Pay',
        file,
        key: bitcoin().keyId,
        path: bitcoin().path,
      });
      expect(json.sent).to.not.equal(null);
      const proposal = { file: json.proposalId, ...who };
      const told = await say('explain', { file: json.proposalId.slice(0, 20) });
      expect(told.json.state).to.equal('pending');
      expect(told.json.next).to.match(/voting begins with block \d+ \(about .*Z\)/);
      await mine(2);
      const voted = await say('vote', { ...proposal, support: 'for' });
      expect(voted.json.state).to.equal('active');
      expect(voted.json.next).to.match(/voting ends with block \d+ \(about .*Z\).*quorate queue \d+ --key-file /);
      await mine(30);
      const before = (await say('requests')).json.length;
      expect((await say('queue', proposal)).json.state).to.equal('queued');
      let executed: Awaited<ReturnType<typeof say>> | undefined;
      await expectSoon(async () => {
        executed = await say('execute', proposal);
        return executed.json.state === 'executed';
      });
      const id = await asked(before);
      expect(executed?.json.requests).to.deep.equal([id]);
      expect(executed?.text).to.include(`quorate request ${id} --watch --rpc `);
      expect((await say('explain', { file: id })).ok).to.equal(true);
      const { json: shown, text } = await say('request', { file: id });
      expect(text).to.include(`from ${bitcoin().addresses.bitcoinRegtest}, path ${bitcoin().path}`);
      expect(shown.next).to.match(/^quorate finalise 0x[0-9a-f]{64} --rpc/);
      const { json: final } = await say('finalise', { file: id });
      expect(btc.Transaction.fromHex(final.transaction).getId()).to.equal(final.txid);
    });

    it('of a Solana message is signed, joined by its id alone, and leaves a chain that can be verified', async () => {
      const solana = devnetOf().keys.find(({ scheme }) => scheme === 'ed25519')!;
      const own = address(solana.addresses.solana!)!;
      const file = join(folder, 'message');
      writeFileSync(file, messageBytes(compiled(own, new Uint8Array(32).fill(9), [])));
      const id = await passed('payload', { file, key: solana.keyId, kind: 'solana-message' });
      const final = await say('finalise', { file: id.slice(0, 12) });
      expect(final.json.missing).to.deep.equal([]);
      await expectFatal(say('finalise', { file: '0x00000000' }), /there is no request/);
      const { json } = await say('verify deployment');
      const keys = json.checks.filter(({ what }: Json) => /^(derived )?key of|^request/.test(what));
      expect(keys.map(({ is }: Json) => is))
        .to.include('ok')
        .and.not.include('wrong');
      expect(keys.map(({ what }: Json) => what).join()).to.include(`derived key of ${solana.keyId.slice(0, 12)}`);
    });
  });

  it('a delegate asks without a vote within its limits, sees what is left, and is told before what would be refused', async () => {
    const [key, delegate, path] = [bitcoin().keyId, DELEGATE, 'petty cash'];
    const limits = { caps: 'btc,0.001btc,7d,0.0001btc', kinds: 'bitcoin-psbt', places: '2', delay: '0' };
    await decided('guard', { key, requester: delegate, ...limits });
    const seen = async () => (await say('limits', { key, requester: delegate, path })).json;
    const [before] = await seen();
    expect(before).to.deep.include({ binds: true, isOver: false, kinds: ['bitcoin-psbt'], maxUnsettled: 2 });
    expect(before.caps[0]).to.deep.include({ capacity: '100000', left: '100000', fullIn: 0 });
    const [own] = before.places[0].accounts;

    const file = join(folder, 'petty.psbt');
    writeFileSync(file, spendOf(own));
    const who = { key, path, file, from: delegate };
    const ask = (options: Options = {}) => say('ask bitcoin', { ...who, ...options });
    const tried = await ask({ 'dry-run': true });
    expect(words(tried)).to.include('fine: asked now, the contracts and the guard take it');
    expect(words(tried)).to.include('it draws 0.00041000 BTC and leaves 0.00059000 BTC of 0.00100000 BTC');
    expect(tried.json).to.include({ sent: null, next: null, account: own });

    const count = (await say('requests')).json.length;
    const { json } = await ask();
    expect(json.next).to.include(`quorate request ${json.requestId} --watch --rpc`);
    expect(await asked(count)).to.equal(json.requestId);
    const [after] = await seen();
    expect(after.places[0]).to.deep.include({ taken: 1, accounts: [own] });
    expect(Number(after.caps[0].left)).to.be.within(59_000, 60_000);
    expect(after.caps[0].fullIn).to.be.within(240_000, 250_000);

    await ask();
    const third = await ask();
    expect(words(third)).to.include('problem: 2 of 2 payloads of this path are signed and not settled');
    expect(words(third)).to.match(/problem: asked now, it would revert: .* says no, SpendingLimits/);
    expect(third.json).to.include({ requestId: null, sent: null });
    expect(third.ok).to.equal(false);
    expect(words(await ask({ valid: '90d' })), 'after the limits').to.include('shorten --valid');
    const stranger = await ask({ path: 'elsewhere' });
    expect(words(stranger)).to.include('INPUT_NOT_OWN');
    expect(stranger.json.transaction).to.equal(null);
    const none = await ask({ from: `0x${'12'.repeat(20)}` });
    expect(words(none))
      .to.match(/^problem: no vote has set a row or limits of this key for 0x12/)
      .and.not.include('--path');
    for (const mistyped of ['0x12', '']) {
      await expectFatal(ask({ path: mistyped }), /--path/);
      await expectFatal(say('limits', { key, requester: delegate, path: mistyped }), /--path/);
      await expectFatal(say('explain', { file, key, requester: delegate, path: mistyped }), /--path/);
    }
    await expectFatal(ask({ from: bitcoin().requester }), /asks by votes/);
    const poor = join(folder, 'poor.key');
    writeFileSync(poor, `0x${'11'.repeat(32)}\n`, { mode: 0o600 });
    const pay = { title: 'Poor', network: true, for: '1h', 'despite-problems': true };
    await expectFatal(say('propose pause', { ...pay, 'key-file': poor }), /cannot pay for the gas/);
    await expectFatal(
      say('propose pause', { ...pay, from: `0x${'12'.repeat(20)}` }),
      /the node does not send for 0x12/,
    );
    const nobody = await say('limits', { requester: `0x${'01'.repeat(20)}` });
    expect([nobody.json, nobody.text]).to.deep.equal([[], 'no vote has set limits for such a delegate']);
  });

  /** Proposed, voted for, executed and signed; the id of the request. */
  async function passed(what: string, options: Options): Promise<string> {
    const before = (await say('requests')).json.length;
    await decided(what, options);
    return asked(before);
  }

  /** Proposed, voted for and executed. */
  async function decided(what: string, options: Options): Promise<void> {
    const who = { 'key-file': devnetOf().voter.keyFile };
    const { json, text } = await say(`propose ${what}`, { ...who, title: `Vote ${what}`, ...options });
    expect(json.sent, text).to.not.equal(null);
    const proposal = { file: json.proposalId, ...who };
    await say('vote', { ...proposal, support: 'for' }); // which waits until voting begins
    await mine(30);
    await say('queue', proposal);
    await expectSoon(async () => (await say('execute', proposal)).json.state === 'executed');
  }

  /** Final, and signed. */
  async function asked(before: number): Promise<string> {
    let id = '';
    await expectSoon(async () => {
      const all = (await say('requests')).json;
      id = all.at(-1)?.id ?? '';
      return all.length > before && (await say('request', { file: id })).json.state === 'fulfilled';
    });
    return id;
  }

  async function mine(blocks: number): Promise<void> {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'hardhat_mine',
      params: [`0x${blocks.toString(16)}`],
    });
    await fetch(devnetOf().rpc, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  }
}
