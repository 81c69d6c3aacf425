/** `out/demo.json`: what happened, in a form that other tools can check. Read from the chain, not from what the demo believes. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { concat, hexlify } from 'ethers';
import { payloadKind } from '../../signer/formats/kinds.ts';
import type { Dao } from '../local/dao.ts';
import { refusalsOf } from '../local/spend.ts';

const SCHEMES = ['none', 'bip340', 'ed25519', 'ecdsa-secp256k1'];
const STATES = ['NONE', 'QUEUED', 'READY', 'FULFILLED', 'REFUSED', 'EXPIRED', 'CANCELLED'];

export type SignerReport = { id: string; operator: string; identity: string; measurement: string };
export type KeyReport = {
  keyId: string;
  scheme: string;
  threshold: number;
  members: string[];
  publicKey: string;
  /** First byte of the compressed root key, which derivation starts from; 0 for Ed25519. */
  prefix: number;
};
export type RequestReport = {
  requestId: string;
  keyId: string;
  scheme: string;
  requester: string;
  path: string;
  payloadKind: string;
  payload: string;
  digests: string[];
  publicKey: string;
  signatures: string[];
  proposalId: string;
  state: string;
  reason: string | null;
  postedTx: string | null;
  gas: { request: number | null; ready: number | null; fulfil: number | null };
  seconds: number;
  /** What the id commits to beside all this: `quorate verify` computes it again. */
  asked: {
    counter: string;
    effects: { kind: number; asset: string; recipient: string; amount: string; detail: string }[];
    deadline: number;
    consumer: string;
    callbackGas: number;
    replaces: string;
  };
};
export type DemoReport = {
  chainId: number;
  /** Root of a final beacon block: what a light client may start from. */
  checkpoint: string;
  contracts: Record<string, string>;
  signers: SignerReport[];
  keys: KeyReport[];
  requests: RequestReport[];
};

/** What only the asker knows of a request; the rest is on the chain. */
export type Asked = { readonly requestId: string; readonly proposalId: bigint; readonly seconds: number };

export async function reportOf(dao: Dao, checkpoint: string, asked: readonly Asked[]): Promise<DemoReport> {
  const { contracts, chainId } = dao.record;
  return {
    chainId: Number(chainId),
    checkpoint,
    contracts: Object.fromEntries(Object.entries(contracts).map(([name, { address }]) => [name, address])),
    signers: await signersOf(dao),
    keys: await keysOf(dao),
    requests: await Promise.all(asked.map((one) => requestOf(dao, one))),
  };
}

export async function writeReport(file: string, report: DemoReport): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

async function signersOf({ enclaveRegistry }: Dao): Promise<SignerReport[]> {
  const signers: SignerReport[] = [];
  for (let position = 0n; position < (await enclaveRegistry.enclaveCount()); position += 1n) {
    const { id, operator, identity, measurement } = await enclaveRegistry.enclave(
      await enclaveRegistry.enclaveIdAt(position),
    );
    signers.push({ id, operator, identity, measurement });
  }
  return signers;
}

async function keysOf({ keyRegistry }: Dao): Promise<KeyReport[]> {
  const keys: KeyReport[] = [];
  for (let index = 1n; index <= (await keyRegistry.keyCount()); index += 1n) {
    const keyId = await keyRegistry.keyIdAt(index);
    const { scheme, threshold, committee, publicKeyPrefix: prefix, publicKeyX: x } = await keyRegistry.key(keyId);
    keys.push({
      keyId,
      scheme: nameOf(SCHEMES, scheme),
      threshold: Number(threshold),
      members: [...(await keyRegistry.membersOf(committee))],
      publicKey: publicKeyOf(scheme, { prefix, x }),
      prefix: Number(prefix),
    });
  }
  return keys;
}

async function requestOf(dao: Dao, asked: Asked): Promise<RequestReport> {
  const { signingRequests, derivedKeys } = dao;
  const { requestId } = asked;
  const [requested] = await signingRequests.queryFilter(signingRequests.filters.SignatureRequested(requestId));
  const [ready] = await signingRequests.queryFilter(signingRequests.filters.RequestReady(requestId));
  const [fulfilled] = await signingRequests.queryFilter(signingRequests.filters.SignatureFulfilled(requestId));
  if (requested === undefined) throw new Error(`request ${requestId} is not on the chain`);

  const { keyId, requester, counter, intent } = requested.args;
  const [scheme, publicKey] = await derivedKeys.verifyingKey(keyId, requester, intent.path, intent.kind);
  const state = nameOf(STATES, await signingRequests.stateOf(requestId));
  return {
    requestId,
    keyId,
    scheme: nameOf(SCHEMES, scheme),
    requester,
    path: intent.path,
    payloadKind: payloadKind(Number(intent.kind)) ?? `unknown (${intent.kind})`,
    payload: intent.payload,
    digests: [...intent.digests],
    publicKey: publicKeyOf(scheme, publicKey),
    signatures: [...(fulfilled?.args.signatures ?? [])],
    proposalId: asked.proposalId.toString(),
    state,
    reason: state === 'FULFILLED' ? null : await reasonOf(dao, requestId, state),
    postedTx: fulfilled?.transactionHash ?? null,
    gas: { request: await gasOf(requested), ready: await gasOf(ready), fulfil: await gasOf(fulfilled) },
    seconds: asked.seconds,
    asked: {
      counter: counter.toString(),
      effects: intent.effects.map(({ kind, asset, recipient, amount, detail }) => ({
        ...{ kind: Number(kind), asset, recipient, amount: amount.toString(), detail },
      })),
      ...{ deadline: Number(intent.deadline), consumer: intent.consumer },
      ...{ callbackGas: Number(intent.callbackGas), replaces: intent.replaces },
    },
  };
}

async function reasonOf(dao: Dao, requestId: string, state: string): Promise<string> {
  const codes = (await refusalsOf(dao, requestId)).map(({ code }) => code);
  return codes.length === 0 ? `the request is ${state}` : `refused by ${codes.length} members: ${codes.join(', ')}`;
}

/** As verifiers of the scheme want it: x-only, or the Ed25519 key, or 33 bytes compressed. */
function publicKeyOf(scheme: bigint, { prefix, x }: { readonly prefix: bigint; readonly x: string }): string {
  return nameOf(SCHEMES, scheme) === 'ecdsa-secp256k1' ? concat([hexlify(Uint8Array.of(Number(prefix))), x]) : x;
}

async function gasOf(
  log: { getTransactionReceipt(): Promise<{ gasUsed: bigint }> } | undefined,
): Promise<number | null> {
  return log === undefined ? null : Number((await log.getTransactionReceipt()).gasUsed);
}

function nameOf(names: readonly string[], value: bigint): string {
  return names[Number(value)] ?? `unknown (${value})`;
}
