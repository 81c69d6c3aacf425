/** `quorate enclaves`: who runs what, as the finalised chain shows it. */

import { CONFIG, type Command, option, table } from './command.ts';
import { readLedger } from './readLedger.ts';

export const enclaves: Command = {
  summary: 'list the enclaves: operator, measurement, attestation, boot record',
  options: [CONFIG],
  run: async (options) => {
    const ledger = await readLedger(option(options, 'config'));
    const json = [...ledger.enclaves.values()].map(({ boot, ...enclave }) => ({
      ...enclave,
      boot: boot && { ...boot, counter: boot.counter.toString() },
      isRevoked: ledger.revoked.has(enclave.measurement),
    }));
    const rows = json.map(({ id, operator, endpoint, validUntil, boot, isRevoked }) => [
      ...[id, operator, endpoint],
      isRevoked ? 'revoked' : validUntil === 0 ? 'retired' : new Date(validUntil * 1_000).toISOString(),
      boot?.counter ?? 'none',
    ]);
    const head = ['enclave', 'operator', 'endpoint', 'attested until', 'boots'];
    return { json, text: rows.length === 0 ? 'no enclaves yet' : table([head, ...rows]), ok: true };
  },
};
