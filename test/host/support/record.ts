/** A configuration and the record of a deployment that belong together, as files. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex, concat, hexToBytes, keccak256, numberToHex, pad, stringToHex } from 'viem';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { BEACON_CONFIG } from './fakeBeacon.ts';
import { hash } from './fakeChain.ts';

const MEASURED = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'];

export const RECORD = {
  chainId: '31337',
  firstBlock: 7,
  block: 9,
  contracts: Object.fromEntries(
    [...MEASURED, 'derivedKeys'].map((name, at) => [
      name,
      { address: `0x${`0${at + 1}`.repeat(20)}`, codeHash: hash(`code of ${name}`) },
    ]),
  ) as Record<string, { address: `0x${string}`; codeHash: `0x${string}` }>,
};

export const CONFIGURATION = hexToBytes(
  concat([
    ...[keccak256(stringToHex('quorate/configuration/3')), numberToHex(31_337, { size: 32 }), hash('genesis')],
    ...MEASURED.flatMap((name) => [pad(RECORD.contracts[name]!.address), RECORD.contracts[name]!.codeHash]),
    bytesToHex(encodeConfig(BEACON_CONFIG)),
  ]),
);

export function writeRecord(directory: string): { readonly configuration: string; readonly deployment: string } {
  const [configuration, deployment] = [join(directory, 'configuration'), join(directory, 'deployment.json')];
  writeFileSync(configuration, CONFIGURATION);
  writeFileSync(deployment, JSON.stringify(RECORD));
  return { configuration, deployment };
}
