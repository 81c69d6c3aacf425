/** What governance and requesters do on the simulated chain: promote the measurement, make keys, ask. */

import { type BaseContract, getBytes, hexlify, id, type JsonRpcSigner, ZeroAddress, ZeroHash } from 'ethers';
import { buildSpend, taprootScript } from '../../scripts/local/bitcoin.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { requestHeader } from '../../signer/formats/wirePreimages.ts';
import { derivedPoints } from '../../signer/host/chain/derivedPoints.ts';
import type { Random } from './random.ts';
import type { Setting } from './setting.ts';

export type Asked = { readonly id: Hex; readonly digest: Uint8Array; readonly outputKey: Uint8Array };
export type Row = { readonly requester: JsonRpcSigner; readonly delay: number };
type Key = { readonly id: Hex; readonly birth: Hex; readonly root: { readonly prefix: number; readonly x: Hex } };
type How = { readonly cancel?: true; readonly lie?: true };

export const FORBIDDINGS = ['raise', 'pause', 'pause of the network'] as const;
export type Forbidding = (typeof FORBIDDINGS)[number];

export const STATE = { none: 0, queued: 1, ready: 2, fulfilled: 3, refused: 4, expired: 5, cancelled: 6 } as const;
const ACTIVE = 2n;
const BITCOIN = id('bip122:000000000019d6689c085ae165831e93/slip44:0') as Hex;
const ATTEMPT_WINDOW = 240;
/** Seconds since 1970: beyond any run. */
const FOR_EVER = 10_000_000_000;

export class Governance {
  readonly #setting: Setting;
  readonly #random: Random;
  #asked = 0;
  #lookedAt = -1;
  states: Readonly<Record<string, number>> = {};

  constructor(setting: Setting, random: Random) {
    this.#setting = setting;
    this.#random = random;
  }

  /** False while not all enclaves are registered. */
  async promote(): Promise<boolean> {
    const { contracts, measured, wallets } = this.#setting;
    if ((await contracts.enclaveRegistry.enclaveCount()) < BigInt(wallets.length)) return false;
    await (await contracts.measurementRegistry.promote(measured.measurement)).wait();
    return true;
  }

  /** Null while not all operators may serve. */
  async createKey(rows: readonly Row[]): Promise<Hex | null> {
    const { contracts, governance, wallets } = this.#setting;
    const operators = wallets.map(([, { operator }]) => operator);
    for (const operator of operators)
      if (!(await contracts.enclaveRegistry.isEligible(await contracts.enclaveRegistry.enclaveOf(operator))))
        return null;
    const diversity = { region: 1, vendor: 0, platform: 1, sealing: 0 };
    const committee = { threshold: 2, operators, reserves: [], attemptWindow: ATTEMPT_WINDOW, diversity };
    const parameters = { scheme: 1, committee, rows: rows.map(rowOf) };
    await (await contracts.keyRegistry.connect(governance).createKey(parameters)).wait();
    return (await contracts.keyRegistry.keyIdAt(await contracts.keyRegistry.keyCount())) as Hex;
  }

  async attemptsOf(keyId: Hex): Promise<number> {
    return Number((await this.#setting.contracts.keyRegistry.ceremonyOf(keyId)).attempt);
  }

  /** Null while it is not active. */
  async activeKey(keyId: Hex): Promise<Key | null> {
    const { status, publicKeyPrefix, publicKeyX, birth } = await this.#setting.contracts.keyRegistry.key(keyId);
    const root = { prefix: Number(publicKeyPrefix), x: publicKeyX as Hex };
    return status === ACTIVE ? { id: keyId, birth: birth as Hex, root } : null;
  }

  /** Overtakes what was asked under the row before. */
  async raise(keyId: Hex, by: JsonRpcSigner): Promise<void> {
    await (await this.#setting.contracts.keyRegistry.connect(by).raise(keyId, by.address)).wait();
  }

  /** By each of these what is READY may not be signed any more. */
  async forbid(how: Forbidding, keyId: Hex, by: JsonRpcSigner): Promise<void> {
    const { contracts, governance } = this.#setting;
    const registry = contracts.keyRegistry.connect(governance);
    if (how === 'raise') return this.raise(keyId, by);
    const sent = how === 'pause' ? await registry.pause(keyId, FOR_EVER) : await registry.pauseNetwork(FOR_EVER);
    await sent.wait();
  }

  /** A raised row allows what is asked from then on. */
  async allow(how: Forbidding, keyId: Hex): Promise<void> {
    const { contracts, governance } = this.#setting;
    const registry = contracts.keyRegistry.connect(governance);
    if (how === 'raise') return;
    await (how === 'pause' ? await registry.pause(keyId, 0) : await registry.pauseNetwork(0)).wait();
  }

  /** Seconds that a view may be old. */
  async setBeatBound(seconds: number): Promise<void> {
    const { contracts, governance } = this.#setting;
    await (await contracts.keyRegistry.connect(governance).setBeat(seconds, 1_024, 900)).wait();
  }

  /** One request of its own path, amount and funding transaction. */
  async ask(key: Key, by: JsonRpcSigner, how: How = {}): Promise<Asked> {
    const { contracts, chain } = this.#setting;
    this.#asked += 1;
    const path = id(`path ${this.#asked}`) as Hex;
    const requester = by.address as Hex;
    const { spend, outputKey } = this.#spend(key, requester, path);
    const block = await chain.request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
    const deadline = Number(block.timestamp) + 8 * 3_600;
    const intent = { ...intentOf(spend, how), keyId: key.id, path, deadline };
    const requests = contracts.signingRequests;
    await this.#send(by, requests, 'request', [intent]);
    const counter = String(await requests.requestCount());
    const [asked] = await requests.queryFilter(requests.filters.SignatureRequested(), 'latest');
    const header = requestHeader({ ...intent, requester, counter });
    if (how.cancel === true) await this.#send(by, requests, 'cancel', [header]);
    return { id: asked!.args.id as Hex, digest: spend.digest, outputKey };
  }

  /** The state of each, as the latest block has it. */
  async look(asked: readonly Asked[]): Promise<void> {
    const { chain, contracts } = this.#setting;
    if (this.#lookedAt === chain.changes) return;
    this.#lookedAt = chain.changes;
    const states = await Promise.all(asked.map(({ id }) => stateOf(this.#setting, contracts, id, 'latest')));
    this.states = Object.fromEntries(asked.map(({ id }, at) => [id, states[at] as number]));
  }

  #spend({ root, birth }: Key, requester: Hex, path: Hex) {
    const points = derivedPoints(root, birth, requester, path);
    const outputKey = getBytes(points.outputX);
    const txid = hexlify(this.#random.bytes(32)).slice(2);
    const prevout = { txid, index: 0, script: taprootScript(outputKey), amount: 50_000n };
    const recipient = Uint8Array.of(0, 20, ...this.#random.bytes(20));
    return { spend: buildSpend(prevout, getBytes(points.derivedX), recipient, 300n), outputKey };
  }

  async #send(by: JsonRpcSigner, to: BaseContract, name: string, args: readonly unknown[]): Promise<void> {
    const data = to.interface.encodeFunctionData(name, args);
    const transaction = { from: by.address, to: await to.getAddress(), data };
    await this.#setting.chain.request('eth_sendTransaction', [transaction]);
  }
}

/** At `block`: a tag, or a number in hex. */
export async function stateOf(
  { chain }: Pick<Setting, 'chain'>,
  { signingRequests }: Setting['contracts'],
  request: Hex,
  block: string,
): Promise<number> {
  const data = signingRequests.interface.encodeFunctionData('stateOf', [request]);
  const call = { to: await signingRequests.getAddress(), data };
  return Number(await chain.request<Hex>('eth_call', [call, block]));
}

type Spend = ReturnType<typeof buildSpend>;

/** What a payload does, declared; a lie says a satoshi less. */
function intentOf(spend: Spend, { lie }: How) {
  const [asset, detail] = [BITCOIN, ZeroHash as Hex];
  const declared = lie === true ? spend.amount - 1n : spend.amount;
  return {
    ...{ kind: 1, payload: hexlify(spend.psbt) as Hex, digests: [hexlify(spend.digest) as Hex] },
    effects: [
      { kind: 1, asset, recipient: hexlify(spend.recipientScript) as Hex, amount: String(declared), detail },
      { kind: 2, asset, recipient: '0x' as Hex, amount: String(spend.fee), detail },
    ],
    ...{ consumer: ZeroAddress as Hex, callbackGas: 0, replaces: ZeroHash as Hex },
  };
}

function rowOf({ requester, delay }: Row) {
  const nobody = { guard: ZeroAddress, module: ZeroAddress };
  return { requester: requester.address, ...nobody, kinds: 1 << 1, delay, unguarded: true };
}
