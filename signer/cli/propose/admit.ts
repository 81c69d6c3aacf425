/** `quorate propose admit` and `propose measurement`: who may run enclaves, and of which code. */

import { readFileSync } from 'node:fs';
import { encodeFunctionData } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { regionHash } from '../../host/config.ts';
import { Fatal } from '../../host/errors.ts';
import { parseJson } from '../../host/plainJson.ts';
import { ENCLAVES_ABI, MEASUREMENTS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { requireSomebody } from '../chain/sender.ts';
import { type Command, option } from '../command.ts';
import { type Finding, warning } from '../finding.ts';
import { numberOf } from '../quantities.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';

export const proposeAdmit: Command = {
  summary: 'propose to admit an operator, with its region and how many enclaves it may run; 0 dismisses it',
  options: [
    { name: 'operator', means: 'address of its account', required: true },
    { name: 'region', means: 'where its machines are: a name, or 32 bytes in hex', required: true },
    { name: 'cap', means: 'enclaves that it may run', fallback: '1' },
    ...PROPOSAL,
  ],
  run: proposing(async ({ source, options }: Drafting): Promise<Draft> => {
    const operator = requireSomebody('operator', option(options, 'operator'));
    const [region, cap] = [regionOf(option(options, 'region')), numberOf('cap', options.cap, 65_535)];
    const target = addressOf(source.record, 'enclaveRegistry');
    const data = encodeFunctionData({ abi: ENCLAVES_ABI, functionName: 'setOperator', args: [operator, region, cap] });
    const now = await view(source.rpc, target, ENCLAVES_ABI, 'operator', [operator]);
    const findings: Finding[] =
      cap < now.enclaves
        ? [
            warning(
              `it runs ${now.enclaves} enclaves already: keys that count on them may stop; --keep-live prevents that`,
            ),
          ]
        : [];
    const many = cap === 1 ? '1 enclave' : `${cap} enclaves`;
    const words = [`${operator} may run ${many} in ${option(options, 'region')}; so far ${now.cap}`];
    return { actions: [{ contract: 'enclaveRegistry.setOperator', target, data, words }], findings };
  }),
};

/** As a host takes it from its configuration: another spelling would be another region. */
export function regionOf(text: string): Hex {
  const region = regionHash(/^0x[0-9a-fA-F]{64}$/.test(text) ? text.toLowerCase() : text);
  if (region !== null) return region;
  throw new Fatal(
    'CONFIG_INVALID',
    text === '' ? '--region is empty' : `--region ${text} is no region`,
    'It is a name of 1 to 64 characters, such as eu-central, or its hash: 0x and 64 hexadecimal digits.',
  );
}

export const proposeMeasurement: Command = {
  summary: 'propose to approve a measurement: enclaves of that image and configuration may attest',
  options: PROPOSAL,
  file: {
    name: 'FILE',
    means: 'JSON: tee, image, configuration, sealing (32 bytes of hex each), sourceCommit, buildRecipe',
  },
  run: proposing(async ({ source, options }: Drafting): Promise<Draft> => {
    const record = recordIn(option(options, 'file'));
    const target = addressOf(source.record, 'measurementRegistry');
    const data = encodeFunctionData({ abi: MEASUREMENTS_ABI, functionName: 'approve', args: [record] });
    const words = [
      `TEE ${record.tee}`,
      /^0x0+$/.test(record.configuration)
        ? 'configuration: in the image, which is the hash of all registers'
        : `configuration ${record.configuration}`,
      `image ${record.image}`,
      `source ${record.sourceCommit}: ${record.buildRecipe}`,
    ];
    const findings = [warning('build the image from that source and compare it before you vote: nothing here has')];
    return { actions: [{ contract: 'measurementRegistry.approve', target, data, words }], findings };
  }),
};

function recordIn(file: string) {
  const found = parsed(file);
  const word = (name: string): Hex => {
    const value = found[name];
    if (typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)) return value as Hex;
    throw unusable(file, `${name} is not 32 bytes of lower-case hex`);
  };
  const text = (name: string): string => {
    const value = found[name];
    if (typeof value === 'string' && value.length <= 1_000) return value;
    throw unusable(file, `${name} is no text`);
  };
  return {
    ...{ tee: word('tee'), image: word('image'), configuration: word('configuration'), sealing: word('sealing') },
    ...{ sourceCommit: text('sourceCommit'), buildRecipe: text('buildRecipe') },
  };
}

function parsed(file: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = parseJson(readFileSync(file, 'utf8'));
    if (typeof found === 'object' && found !== null) return found as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw unusable(file, (cause as Error).message, { cause });
  }
  throw unusable(file, 'it is no object');
}

function unusable(file: string, detail: string, options?: ErrorOptions): Fatal {
  const advice = 'It is JSON with tee, image, configuration, sealing, sourceCommit and buildRecipe.';
  return new Fatal('CONFIG_INVALID', `cannot use the measurement ${file}: ${detail}`, advice, options);
}
