/** `deployments/<chainId>.json`, read strictly: what a deployment left behind is all that a member of the DAO needs, beside an RPC. */

import { isAddress } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { Fatal } from '../../host/errors.ts';
import { NotJson, parseJson } from '../../host/plainJson.ts';

export type RecordedContract = { readonly address: Hex; readonly codeHash: Hex };
export type DeploymentRecord = {
  readonly chainId: number;
  /** Nothing of the deployment is in an earlier one. */
  readonly firstBlock: number;
  /** Addresses in lower case. */
  readonly contracts: Readonly<Record<string, RecordedContract>>;
};

const MOST_BYTES = 1_000_000;

/** @throws Fatal CONFIG_INVALID */
export function parseRecord(text: string): DeploymentRecord {
  if (text.length > MOST_BYTES) throw unusable('it is too long');
  const { chainId, firstBlock = 0, contracts } = objectOf(jsonOf(text), 'it');
  if (typeof chainId !== 'string' || !/^[1-9][0-9]{0,15}$/.test(chainId))
    throw unusable(wrongChainId(chainId, 'digits in quotes, such as "1"'));
  if (typeof firstBlock !== 'number' || !Number.isSafeInteger(firstBlock) || firstBlock < 0)
    throw unusable('its firstBlock is no block number');
  const entries = Object.entries(objectOf(contracts, 'contracts'));
  return {
    chainId: Number(chainId),
    firstBlock,
    contracts: Object.fromEntries(entries.map(([name, entry]) => [name, contractOf(name, entry)])),
  };
}

export function wrongChainId(found: unknown, wanted: string): string {
  if (found === undefined) return 'it has no chainId';
  return `its chainId is of another form (${found === null ? 'null' : typeof found}): it has to be ${wanted}`;
}

/** @throws Fatal WRONG_DEPLOYMENT */
export function addressOf({ contracts }: DeploymentRecord, name: string): Hex {
  const contract = Object.hasOwn(contracts, name) ? contracts[name] : undefined;
  if (contract !== undefined) return contract.address;
  throw new Fatal('WRONG_DEPLOYMENT', `the record of the deployment names no ${name}`, ADVICE);
}

const ADVICE =
  'Fetch the record of this deployment (deployments/<chainId>.json) from the DAO, and name it with --deployment.';

function contractOf(name: string, entry: unknown): RecordedContract {
  const { address, codeHash } = objectOf(entry, name);
  if (typeof address !== 'string' || !isAddress(address, { strict: false })) throw unusable(`${name} has no address`);
  if (typeof codeHash !== 'string' || !/^0x[0-9a-f]{64}$/.test(codeHash)) throw unusable(`${name} has no codeHash`);
  return { address: address.toLowerCase() as Hex, codeHash: codeHash as Hex };
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof NotJson)) throw cause;
    throw unusable(cause.message, { cause });
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unusable(`${what} is no object`);
  return value as Readonly<Record<string, unknown>>;
}

function unusable(detail: string, options?: ErrorOptions): Fatal {
  return new Fatal('CONFIG_INVALID', `the record of the deployment is not usable: ${detail}`, ADVICE, options);
}
