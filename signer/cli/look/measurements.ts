/** `quorate measurements`: which code the DAO lets attest, and whom it lets run it. */

import { view } from '../../host/adapters/rpcViews.ts';
import { printableStart } from '../../host/printable.ts';
import { ENCLAVES_SHOWN_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { pages } from '../chain/pages.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, table } from '../command.ts';
import { short, time } from '../words/named.ts';

const STATUS = ['none', 'canary', 'active', 'retiring', 'revoked'];

export const measurements: Command = {
  summary: 'list the measurements: status, source, image; and the operators that votes have admitted',
  options: SOURCE,
  run: async (options) => {
    const source = await openSource(options);
    const json = await reading(async () => ({
      measurements: (await measurementsOf(source)).map((one) => ({ ...one, status: STATUS[one.status] ?? 'unknown' })),
      operators: await operatorsOf(source),
    }));
    const head = ['measurement', 'status', 'active since', 'operators', 'source', 'image'];
    const rows = json.measurements.map(({ measurement, status, activeAt, operators, record }) => [
      ...[short(measurement), status, time(activeAt), String(operators)],
      ...[printableStart(record.sourceCommit, 40), short(record.image)],
    ]);
    const people = json.operators.map(({ operator, region, cap, enclaves, chosen }) => [
      ...[operator, short(region), `${enclaves} of ${cap}`, BigInt(chosen) === 0n ? 'none' : short(chosen)],
    ]);
    const text = [
      rows.length === 0 ? 'no measurements yet' : table([head, ...rows]),
      people.length === 0 ? 'no operators yet' : table([['operator', 'region', 'enclaves', 'seats go to'], ...people]),
    ];
    return { json, text: text.join('\n\n'), ok: true };
  },
};

export function measurementsOf({ rpc, record }: Pick<Source, 'rpc' | 'record'>) {
  const lens = addressOf(record, 'enclaveLens');
  return pages((from, size) => view(rpc, lens, ENCLAVES_SHOWN_ABI, 'measurements', [from, size], 'finalized'));
}

function operatorsOf({ rpc, record }: Source) {
  const lens = addressOf(record, 'enclaveLens');
  return pages((from, size) => view(rpc, lens, ENCLAVES_SHOWN_ABI, 'operators', [from, size], 'finalized'));
}
