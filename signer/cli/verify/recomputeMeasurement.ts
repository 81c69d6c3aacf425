/** Whether the bundle of this checkout, with the configuration of this deployment, is what the chain calls by a measurement of the development TEE. */

import { existsSync } from 'node:fs';
import { toHex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { KINDS, measureAs } from '../../tee/measured.ts';
import { ENCLAVES_SHOWN_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { pages } from '../chain/pages.ts';
import type { History } from '../chain/readLedger.ts';
import type { Source } from '../chain/source.ts';
import { readBytes } from '../namedFile.ts';
import { short } from '../words/named.ts';
import { type Check, compared, holds, unproven } from './check.ts';

const STATUS = ['none', 'canary', 'active', 'retiring', 'revoked'];

/** @param configuration its bytes, made from the record and the chain; null without words about finality @param bundle the enclave's file */
export async function measured(
  source: Source,
  { ledger }: History,
  configuration: Uint8Array | null,
  bundle: string,
): Promise<Check> {
  if (!existsSync(bundle))
    return unproven('bundle', `there is no ${bundle}: \`npm run build\` makes it, --bundle names another`);
  if (configuration === null)
    return unproven('bundle', 'whose signatures make blocks of this chain final is not known: name it with --finality');
  const { rpc, record } = source;
  const code = readBytes(bundle);
  const own = KINDS.map((kind) => toHex(measureAs(kind, { code, configuration }).measurement));
  const lens = addressOf(record, 'enclaveLens');
  const voted = await pages((from, size) =>
    view(rpc, lens, ENCLAVES_SHOWN_ABI, 'measurements', [from, size], 'finalized'),
  );
  if (voted.length === 0)
    return holds('bundle', `no vote has named a measurement yet; this bundle's would be ${own.join(' or ')}`);
  const found = voted.filter(({ measurement }) => own.includes(measurement));
  if (found.length === 0)
    return compared(
      'bundle',
      [
        `its measurement is ${own.map(short).join(' or ')}; votes have named ${voted.map(({ measurement }) => short(measurement)).join(', ')}`,
      ],
      '',
    );
  const running = [...ledger.enclaves.values()].filter(({ measurement }) => own.includes(measurement)).length;
  const said = found.map(({ measurement, status }) => `${short(measurement)}, ${STATUS[status] ?? status}`);
  return holds(
    'bundle',
    `with this deployment's configuration it is ${said.join(' and ')}; ${running} of ${ledger.enclaves.size} enclaves run it`,
  );
}
