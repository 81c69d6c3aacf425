/** `quorate enclaves`: who runs what, as the finalised chain shows it. */

import type { Ledger } from '../../host/chain/view/ledger.ts';
import { readLedger } from '../chain/readLedger.ts';
import { type Service, servicesOf } from '../chain/readLens.ts';
import { openSource, SOURCE } from '../chain/source.ts';
import { type Command, table } from '../command.ts';
import { short, time } from '../words/named.ts';

export const enclaves: Command = {
  summary: 'list the enclaves: operator, measurement, attestation, boot record',
  options: SOURCE,
  run: async (options) => {
    const source = await openSource(options);
    const ledger = await readLedger(source);
    const json = enclavesOf(ledger, await servicesOf(source, [...ledger.enclaves.keys()]));
    const rows = json.map(({ id, operator, endpoint, validUntil, boot, isRevoked, service }) => [
      ...[short(id), operator, endpoint],
      isRevoked ? 'revoked' : validUntil === 0 ? 'retired' : time(validUntil),
      boot?.counter ?? 'none',
      service === null ? 'unknown' : worded(service),
    ]);
    const head = ['enclave', 'operator', 'endpoint', 'attested until', 'boots', 'may'];
    return { json, text: rows.length === 0 ? 'no enclaves yet' : table([head, ...rows]), ok: true };
  },
};

/** @param services in the order of the enclaves; null: the deployment has no lens for them */
export function enclavesOf(ledger: Ledger, services: readonly Service[] | null) {
  return [...ledger.enclaves.values()].map(({ boot, ...enclave }, index) => ({
    ...enclave,
    boot: boot && { ...boot, counter: boot.counter.toString() },
    isRevoked: ledger.revoked.has(enclave.measurement),
    service: services?.[index] ?? null,
  }));
}

function worded({ attested, eligible, serves }: Service): string {
  if (eligible) return 'sit and serve';
  if (serves) return 'serve, take no seat';
  return attested ? 'neither: its measurement does not serve' : 'neither: not attested';
}
