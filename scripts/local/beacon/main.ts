/**
 * The development beacon as a process of its own:
 *
 *   node scripts/local/beacon/main.ts --rpc http://127.0.0.1:8545 [--port 5052] [--period 400] [--lag 0]
 *        [--size 512] [--epochs 1024] [--forks electra:0,electra:64,gloas:128] [--first-slot 8]
 *
 * Its first line of output is its address; it ends with its input or by SIGTERM.
 */

import { parseArgs } from 'node:util';
import { SHAPES, type Shape } from '../../../signer/finality/config.ts';
import { developmentConfig } from './configuration.ts';
import { startBeacon } from './startBeacon.ts';

const { values } = parseArgs({
  options: {
    rpc: { type: 'string' },
    port: { type: 'string', default: '0' },
    period: { type: 'string', default: '400' },
    lag: { type: 'string', default: '0' },
    size: { type: 'string', default: '512' },
    epochs: { type: 'string', default: '1024' },
    forks: { type: 'string', default: 'electra:0' },
    'first-slot': { type: 'string', default: '8' },
  },
});

function shapeNamed(name: string): Shape {
  const shape = SHAPES.find((one) => one === name);
  if (shape === undefined) throw new Error(`no such format: ${name}, one of ${SHAPES.join(', ')}`);
  return shape;
}

function forksIn(text: string) {
  return text.split(',').map((row) => {
    const [name = '', epoch = ''] = row.split(':');
    return { shape: shapeNamed(name), epoch: Number(epoch) };
  });
}

if (values.rpc === undefined) throw new Error('--rpc: the address of the chain that is followed');
const beacon = await startBeacon({
  rpc: values.rpc,
  port: Number(values.port),
  period: Number(values.period),
  lag: Number(values.lag),
  firstSlot: Number(values['first-slot']),
  config: developmentConfig({
    syncCommitteeSize: Number(values.size),
    epochsPerSyncCommitteePeriod: Number(values.epochs),
    forks: forksIn(values.forks),
  }),
  onFailure: (cause) => console.error(`beacon: ${cause instanceof Error ? cause.message : cause}`),
});
console.log(beacon.url);

const end = () => void beacon.close().then(() => process.exit(0));
process.once('SIGTERM', end);
process.once('SIGINT', end);
process.stdin.resume().once('end', end);
