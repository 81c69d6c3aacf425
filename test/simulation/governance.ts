/** What governance and requesters do on the simulated chain: promote the measurement, make keys, ask. */

import { type BaseContract, id, type JsonRpcSigner, ZeroAddress, ZeroHash } from 'ethers';
import type { Hex } from '../../signer/formats/hex.ts';
import { PAYLOAD_KINDS, type PayloadKind } from '../../signer/formats/kinds.ts';
import { named, SCHEME_NUMBERS, type Scheme } from '../../signer/formats/schemes.ts';
import { requestHeader } from '../../signer/formats/wirePreimages.ts';
import { DRAW, type Drawn, type Key } from './payloads.ts';
import type { Random } from './random.ts';
import type { Setting } from './setting.ts';

export type Asked = { readonly id: Hex } & Pick<Drawn, 'isSignature'>;
export type Row = { readonly requester: JsonRpcSigner; readonly delay: number };
type How = { readonly cancel?: true; readonly lie?: true };

export const FORBIDDINGS = ['raise', 'pause', 'pause of the network'] as const;
export type Forbidding = (typeof FORBIDDINGS)[number];

export const STATE = { none: 0, queued: 1, ready: 2, fulfilled: 3, refused: 4, expired: 5, cancelled: 6 } as const;
const ACTIVE = 2n;
const ATTEMPT_WINDOW = 240;
const KINDS = {
  bip340: 'bitcoin-psbt',
  ed25519: 'solana-message',
  'ecdsa-secp256k1': 'evm-transaction',
} as const;
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
  async createKey(rows: readonly Row[], scheme: Scheme = 'bip340'): Promise<Hex | null> {
    const { contracts, governance, wallets } = this.#setting;
    const operators = wallets.map(([, { operator }]) => operator);
    for (const operator of operators)
      if (!(await contracts.enclaveRegistry.isEligible(await contracts.enclaveRegistry.enclaveOf(operator))))
        return null;
    const diversity = { region: 1, vendor: 0, platform: 1, sealing: 0 };
    const committee = { threshold: 2, operators, reserves: [], attemptWindow: ATTEMPT_WINDOW, diversity };
    const parameters = {
      scheme: SCHEME_NUMBERS[scheme],
      committee,
      rows: rows.map((row) => rowOf(row, KINDS[scheme])),
    };
    await (await contracts.keyRegistry.connect(governance).createKey(parameters)).wait();
    return (await contracts.keyRegistry.keyIdAt(await contracts.keyRegistry.keyCount())) as Hex;
  }

  async attemptsOf(keyId: Hex): Promise<number> {
    return Number((await this.#setting.contracts.keyRegistry.ceremonyOf(keyId)).attempt);
  }

  /** Null while it is not active. */
  async activeKey(keyId: Hex): Promise<Key | null> {
    const key = await this.#setting.contracts.keyRegistry.key(keyId);
    const root = { prefix: Number(key.publicKeyPrefix), x: key.publicKeyX as Hex };
    const scheme = named(SCHEME_NUMBERS, Number(key.scheme));
    if (scheme === undefined) throw new Error('a key of no scheme');
    return key.status === ACTIVE ? { id: keyId, scheme, birth: key.birth as Hex, root } : null;
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
    const requester = by.address as Hex;
    const path = id(`path ${this.#asked}`) as Hex;
    const { isSignature, ...drawn } = DRAW[key.scheme](key, requester, path, this.#random);
    const block = await chain.request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
    const deadline = Number(block.timestamp) + 8 * 3_600;
    const intent = { ...intentOf(drawn, how), keyId: key.id, deadline };
    const requests = contracts.signingRequests;
    await this.#send(by, requests, 'request', [intent]);
    const counter = String(await requests.requestCount());
    const [asked] = await requests.queryFilter(requests.filters.SignatureRequested(), 'latest');
    const header = requestHeader({ ...intent, requester, counter });
    if (how.cancel === true) await this.#send(by, requests, 'cancel', [header]);
    return { id: asked!.args.id as Hex, isSignature };
  }

  /** The state of each, as the latest block has it. */
  async look(asked: readonly Asked[]): Promise<void> {
    const { chain, contracts } = this.#setting;
    if (this.#lookedAt === chain.changes) return;
    this.#lookedAt = chain.changes;
    const states = await Promise.all(asked.map(({ id }) => stateOf(this.#setting, contracts, id, 'latest')));
    this.states = Object.fromEntries(asked.map(({ id }, at) => [id, states[at] as number]));
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

/** What a payload does, declared; a lie says a unit less. */
function intentOf({ effects, ...drawn }: Omit<Drawn, 'isSignature'>, { lie }: How) {
  const declared = effects.map((effect, at) =>
    lie === true && at === 0 ? { ...effect, amount: String(BigInt(effect.amount) - 1n) } : effect,
  );
  const nobody = { consumer: ZeroAddress as Hex, callbackGas: 0, replaces: ZeroHash as Hex };
  return { ...drawn, effects: declared, ...nobody };
}

function rowOf({ requester, delay }: Row, kind: PayloadKind) {
  const nobody = { guard: ZeroAddress, module: ZeroAddress };
  return { requester: requester.address, ...nobody, kinds: 1 << PAYLOAD_KINDS[kind].number, delay, unguarded: true };
}
