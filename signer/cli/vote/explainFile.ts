/** `quorate explain FILE`: calldata of a proposal or of one call, or a payload, that nobody has proposed yet. */

import { decodeFunctionData } from 'viem';
import { fromHex, type Hex, toHex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import { Fatal } from '../../host/errors.ts';
import { paymentOf } from '../../payload/bitcoin/payment.ts';
import { alike } from '../alike.ts';
import { GOVERNOR_ABI, KEYS_ABI } from '../chain/abi.ts';
import { addressOf, type DeploymentRecord } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { requireAddress } from '../chain/sender.ts';
import { openSource, reading, type Source } from '../chain/source.ts';
import { type Options, option, type Shown } from '../command.ts';
import { type Finding, findingLines, fine, problem, warning } from '../finding.ts';
import { readPayload } from '../payload/file.ts';
import { kindOf } from '../payload/intent.ts';
import { psbtBytes } from '../payload/psbtFile.ts';
import { advised } from '../payload/refusal.ts';
import { payloadTold } from '../payload/told.ts';
import { BITCOIN, tellPayload } from '../payload/words.ts';
import { isFine, type Told, tellAction, toldLines } from '../words/actionWords.ts';
import { effectWords, tellingOf } from '../words/effectWords.ts';
import { pathOf } from '../words/named.ts';
import { latestTime } from '../words/timing.ts';

/** `text`: a file, `-`, or calldata itself. */
export async function explainFile(text: string, options: Options): Promise<Shown> {
  const bytes = text.startsWith('0x') ? written(text) : readPayload(text);
  const isPsbt = String.fromCharCode(...bytes.subarray(0, 5)) === 'psbt\xff';
  if (!isPsbt && options.kind === undefined) return explainCalldata(toHex(bytes), options);
  const kind = typeof options.kind === 'string' ? kindOf(options.kind) : BITCOIN;
  if (options.key !== undefined) return explainForKey(bytes, kind, options);
  if (kind !== BITCOIN)
    throw new Fatal(
      'CONFIG_INVALID',
      `what a ${payloadKind(kind)} does is told for the key that is to sign it`,
      'Add --key, and --path and --requester where they are others than the usual ones.',
    );
  return explainPsbt(bytes, options);
}

function written(text: string): Uint8Array {
  if (/^0x(?:[0-9a-fA-F]{2})+$/.test(text)) return fromHex(text.toLowerCase() as Hex);
  const detail = `${text.slice(0, 80)} is no hex: that is 0x and two digits for each byte`;
  throw new Fatal('CONFIG_INVALID', detail, 'Correct it; a file whose name begins so is written ./0x….');
}

/** Without a chain: all inputs have one owner, whoever that is. */
async function explainPsbt(bytes: Uint8Array, options: Options): Promise<Shown> {
  const telling = await tellingOf(options, null);
  const payment = advised(() => paymentOf(psbtBytes(bytes)));
  const { words, findings } = tellPayload(
    BITCOIN,
    payment.payload,
    null,
    telling,
    Math.floor(systemClock.now() / 1_000),
  );
  const effects = payment.effects.map((effect) => effectWords(effect, telling));
  const open = fine('every byte is understood; name --key and --path to see whether it is that key which signs it');
  const json = {
    kind: 'bitcoin-psbt',
    account: telling.address(payment.own),
    effects,
    words,
    findings: [open, ...findings],
  };
  return { json, text: [...words, ...findingLines(json.findings)].join('\n'), ok: true };
}

async function explainForKey(payload: Uint8Array, kind: number, options: Options): Promise<Shown> {
  const source = await openSource(options);
  const plain = await tellingOf(options, source.record);
  return reading(async () => {
    const requester = requesterOf(options, source.record);
    const path = pathOf(typeof options.path === 'string' ? options.path : `0x${'00'.repeat(32)}`);
    const keyId = await knownKey(source, option(options, 'key'));
    const now = await latestTime(source);
    const told = await payloadTold(source, { keyId, requester, path, kind, payload }, { plain, now });
    const { decoded, account, effects, words } = told;
    const signed = fine('enclaves of this release understand every byte, and it is this key that signs it');
    const allowed = decoded === null ? [] : await allowedTo(source, { keyId, requester, kind });
    const findings = [...(decoded === null ? [] : [signed]), ...told.findings, ...allowed];
    const json = { kind: payloadKind(kind) ?? String(kind), account, effects, words, findings };
    return { json, text: [...words, ...findingLines(findings)].join('\n'), ok: decoded !== null && isAllowed(allowed) };
  });
}

type OfRow = { readonly keyId: Hex; readonly requester: Hex; readonly kind: number };

/** Enclaves would sign it for this requester only if its row lets it ask; a guard is asked by the chain alone. */
async function allowedTo(source: Source, { keyId, requester, kind }: OfRow): Promise<readonly Finding[]> {
  const row = await view(source.rpc, addressOf(source.record, 'keyRegistry'), KEYS_ABI, 'rowOf', [keyId, requester]);
  if ((row.kinds >> kind) % 2 === 0)
    return [problem(`no row of this key lets ${requester} ask for ${payloadKind(kind) ?? `kind ${kind}`}`)];
  if (BigInt(row.guard) === 0n) return [];
  return [warning(`guard ${row.guard} is asked about each request of ${requester}: what it says was not looked at`)];
}

function isAllowed(findings: readonly Finding[]): boolean {
  return findings.every(({ is }) => is !== 'problem');
}

function requesterOf({ requester }: Options, record: DeploymentRecord): Hex {
  return typeof requester === 'string' ? requireAddress(requester) : addressOf(record, 'timelock');
}

async function explainCalldata(data: Hex, options: Options): Promise<Shown> {
  const source = await openSource(options);
  const teller = { ...source, telling: await tellingOf(options, source.record) };
  const calls = proposedIn(data) ?? [{ target: targetOf(options, source.record), data }];
  return reading(async () => {
    const told: Told[] = [];
    for (const call of calls) told.push(await tellAction(teller, call.target, call.data));
    return { json: { actions: told }, text: told.flatMap(toldLines).join('\n'), ok: isFine(told) };
  });
}

type Call = { readonly target: Hex; readonly data: Hex };

/** Of `propose`, `queue`, `execute` and `cancel`, which begin with the same three lists. */
function proposedIn(data: Hex): readonly Call[] | null {
  try {
    const { args = [] } = decodeFunctionData({ abi: GOVERNOR_ABI, data });
    const [targets, , calldatas] = args as readonly unknown[];
    if (!Array.isArray(targets) || !Array.isArray(calldatas)) return null;
    return targets.map((target: Hex, at) => ({ target, data: (calldatas[at] as Hex | undefined) ?? '0x' }));
  } catch {
    return null; // of another contract
  }
}

function knownName(name: string, { contracts }: DeploymentRecord): string {
  if (Object.hasOwn(contracts, name)) return name;
  const meant = alike(name, Object.keys(contracts));
  const all = `There are ${Object.keys(contracts).join(', ')}.`;
  const advice = meant === null ? all : `Did you mean ${meant}? ${all}`;
  throw new Fatal('CONFIG_INVALID', `the deployment has no contract ${name}`, advice);
}

/** By its name in the record, or its address. */
export function targetOf({ to }: Options, record: DeploymentRecord): Hex {
  if (typeof to === 'string')
    return to.startsWith('0x') ? requireAddress(to) : addressOf(record, knownName(to, record));
  throw new Fatal(
    'CONFIG_INVALID',
    'it is neither a PSBT nor calldata of a proposal',
    'Add --to CONTRACT for the calldata of one call, or --kind and --key for a payload.',
  );
}
