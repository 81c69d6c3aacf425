/** `quorate propose platforms`: on which machines enclaves may be, and what of those that are elsewhere. */

import { encodeFunctionData } from 'viem';
import { teeOf } from '../../evidence/identity.ts';
import { type Hex, toHex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ENCLAVE_REGISTRY_ABI } from '../../host/chain/abi.ts';
import { Fatal } from '../../host/errors.ts';
import { ENCLAVES_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { readHistory } from '../chain/readLedger.ts';
import type { Command, Options } from '../command.ts';
import { type Finding, fine, warning } from '../finding.ts';
import { short } from '../words/named.ts';
import type { Action } from './proposal.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';
import { stopped } from './stopped.ts';

export const proposePlatforms: Command = {
  summary: 'propose which platforms are on the list of admitted ones, and of which TEEs only those count',
  options: [
    { name: 'admit', means: 'ids of platforms, by commas, that come onto the list' },
    { name: 'dismiss', means: 'ids of platforms, by commas, that are taken off' },
    { name: 'only', means: 'a TEE whose enclaves have to be on listed platforms from then on: tdx, sgx, nitro' },
    { name: 'any', means: 'a TEE whose enclaves may be on any platform again: tdx, sgx, nitro' },
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

const KINDS = ['tdx', 'sgx', 'nitro'] as const;
type Kind = (typeof KINDS)[number];

/** Of each platform whether it is listed, and of each TEE whether that is asked. */
type Rules = { readonly listed: ReadonlyMap<Hex, boolean>; readonly only: ReadonlyMap<Hex, boolean> };

async function draft({ source, options }: Drafting): Promise<Draft> {
  const target = addressOf(source.record, 'enclaveRegistry');
  const [admitted, dismissed] = [platformsIn(options, 'admit'), platformsIn(options, 'dismiss')];
  const [only, any] = [kindIn(options, 'only'), kindIn(options, 'any')];
  const rules: Rules = {
    listed: changes(admitted, dismissed, 'a platform'),
    only: changes(teesOf(only), teesOf(any), 'a TEE'),
  };
  // who is listed and asked for in one proposal is never out in between
  const actions = [
    ...admitted.map((id) => listing(target, id, true)),
    ...(only === null ? [] : [asking(target, only, true)]),
    ...(any === null ? [] : [asking(target, any, false)]),
    ...dismissed.map((id) => listing(target, id, false)),
  ];
  if (actions.length === 0)
    throw new Fatal('CONFIG_INVALID', 'it is not said what changes', 'Add --admit, --dismiss, --only or --any.');
  return { actions, findings: await consequences(source, target, rules) };
}

function listing(target: Hex, id: Hex, isOn: boolean): Action {
  const data = encodeFunctionData({ abi: ENCLAVES_ABI, functionName: 'setPlatformAdmitted', args: [id, isOn] });
  const words = [isOn ? `platform ${id} comes onto the list` : `platform ${id} is taken off the list`];
  return { contract: 'enclaveRegistry.setPlatformAdmitted', target, data, words };
}

function asking(target: Hex, kind: Kind, isAsked: boolean): Action {
  const args = [teeIdOf(kind), isAsked] as const;
  const data = encodeFunctionData({ abi: ENCLAVES_ABI, functionName: 'setOnlyAdmittedPlatforms', args });
  const where = isAsked ? 'only on platforms of the list' : 'on any platform that is not revoked';
  return {
    contract: 'enclaveRegistry.setOnlyAdmittedPlatforms',
    ...{ target, data, words: [`enclaves of ${kind} are admitted ${where}`] },
  };
}

/** Enclaves that would be out once this is executed: anybody may suspend them then. */
async function consequences(
  { rpc, chain, startBlock }: Drafting['source'],
  target: Hex,
  { listed, only }: Rules,
): Promise<Finding[]> {
  const { ledger, head } = await readHistory(chain, startBlock);
  const ask = (name: 'onlyAdmittedPlatforms' | 'isPlatformAdmitted', id: Hex) =>
    view(rpc, target, ENCLAVES_ABI, name, [id]);
  const out = new Map<Hex, Finding>();
  for (const { id, operator, validUntil } of ledger.enclaves.values()) {
    if (validUntil <= head.timestamp) continue;
    const { tee, platformId } = await view(rpc, target, ENCLAVE_REGISTRY_ABI, 'enclave', [id]);
    const isAsked = only.get(tee) ?? (await ask('onlyAdmittedPlatforms', tee));
    if (!isAsked || (listed.get(platformId) ?? (await ask('isPlatformAdmitted', platformId)))) continue;
    out.set(id, warning(`enclave ${short(id)} of ${operator} would be out: its platform ${platformId} is not listed`));
  }
  if (out.size === 0) return [fine('every enclave that is attested now stays in')];
  return [...out.values(), ...stopped(ledger, ({ id }) => out.has(id), head.timestamp)];
}

function changes(on: readonly Hex[], off: readonly Hex[], what: string): ReadonlyMap<Hex, boolean> {
  const both = on.find((id) => off.includes(id));
  if (both !== undefined)
    throw new Fatal('CONFIG_INVALID', `${what} is named both ways: ${both}`, 'Leave one of them out.');
  return new Map([...on.map((id) => [id, true] as const), ...off.map((id) => [id, false] as const)]);
}

function platformsIn(options: Options, name: 'admit' | 'dismiss'): Hex[] {
  const text = options[name];
  if (text === undefined) return [];
  return String(text)
    .split(',')
    .map((id) => {
      if (/^0x[0-9a-fA-F]{64}$/.test(id)) return id.toLowerCase() as Hex;
      const advice =
        'It is 0x and 64 characters 0-9, a-f: what EnclaveAttested, or a registration that was refused, calls it.';
      throw new Fatal('CONFIG_INVALID', `--${name} names no platform: ${id}`, advice);
    });
}

function kindIn(options: Options, name: 'only' | 'any'): Kind | null {
  const text = options[name];
  if (text === undefined) return null;
  const kind = KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new Fatal('CONFIG_INVALID', `--${name} is ${String(text)}`, `It is one of ${KINDS.join(', ')}.`);
}

function teesOf(kind: Kind | null): readonly Hex[] {
  return kind === null ? [] : [teeIdOf(kind)];
}

function teeIdOf(kind: Kind): Hex {
  return toHex(teeOf(kind));
}
