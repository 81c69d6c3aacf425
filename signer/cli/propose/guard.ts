/** `quorate propose guard`: a vote on what a delegate may ask for by itself: its limits, and the row that binds it to them. */

import { encodeFunctionData } from 'viem';
import { type Hex, toHex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { Fatal } from '../../host/errors.ts';
import { KEYS_ABI, SPENDING_LIMITS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { readLedger } from '../chain/readLedger.ts';
import { requireSomebody } from '../chain/sender.ts';
import { type Command, option } from '../command.ts';
import { type Cap, limitWords } from '../delegate/limitWords.ts';
import { type Finding, warning } from '../finding.ts';
import { numberOf, secondsOf } from '../quantities.ts';
import { amountOf, assetOf } from '../words/assets.ts';
import { NETWORK, type Telling, tellingOf } from '../words/effectWords.ts';
import { short } from '../words/named.ts';
import { type Action, listed } from './proposal.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';
import { overtaken } from './row.ts';
import { kindBits, rowWarnings, rowWords } from './rowOptions.ts';

const NOBODY: Hex = `0x${'00'.repeat(20)}`;
const MOST_PLACES = 65_535;

export const proposeGuard: Command = {
  summary: 'propose the limits of a delegate, and the row that binds it to them; or, with --remove, that it has none',
  options: [
    { name: 'key', means: 'id of the key, or its first characters', required: true },
    { name: 'requester', means: 'the delegate: an account or a contract', required: true },
    { name: 'kinds', means: 'payload kinds that it may ask for, by commas' },
    {
      name: 'caps',
      means: 'what it may spend: ASSET,AMOUNT,WINDOW,FEE for each asset, by semicolons: btc,0.5btc,7d,0.001btc',
    },
    { name: 'recipients', means: 'whom it may pay, by commas: addresses, or bytes in hex; anybody unless said' },
    { name: 'targets', means: 'what it may call, by commas: address and selector in hex; nothing unless said' },
    { name: 'places', means: 'payloads of one path that may be signed and not settled at once', fallback: '1' },
    { name: 'expires', means: 'how long the limits last, from the earliest execution on', fallback: '90d' },
    { name: 'delay', means: 'how long each request waits and can be cancelled', fallback: '1d' },
    { name: 'remove', means: 'take its limits away: it may ask for nothing', isSwitch: true },
    NETWORK,
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

type Asked = { readonly keyId: Hex; readonly requester: Hex; readonly requests: Hex; readonly guard: Hex };

async function draft(drafting: Drafting): Promise<Draft> {
  const { source, options } = drafting;
  const { record } = source;
  const asked: Asked = {
    ...{
      keyId: await knownKey(source, option(options, 'key')),
      requester: requireSomebody('requester', option(options, 'requester')),
    },
    ...{ requests: addressOf(record, 'signingRequests'), guard: addressOf(record, 'spendingLimits') },
  };
  requireDelegate(asked, addressOf(record, 'timelock'));
  const over = overtaken(await readLedger(source), asked.keyId, asked.requester);
  if (options.remove === true) return { actions: [removal(asked)], findings: [over] };
  const limits = limitsIn(drafting, await tellingOf(options, record));
  const row = await rowAction(drafting, asked, limits.kinds);
  return { actions: [...row.actions, setting(asked, limits)], findings: [over, ...row.findings, ...limits.findings] };
}

function requireDelegate({ requester }: Asked, timelock: Hex): void {
  if (requester !== timelock) return;
  throw new Fatal(
    'CONFIG_INVALID',
    "the requester is the DAO's own timelock, which no guard has to bind",
    'Name the delegate with --requester.',
  );
}

function removal({ keyId, requester, requests, guard }: Asked): Action {
  const args = [requests, keyId, requester] as const;
  const data = encodeFunctionData({ abi: SPENDING_LIMITS_ABI, functionName: 'removeLimits', args });
  const words = [`${requester} may ask nothing of key ${short(keyId)} any more`];
  return { contract: 'spendingLimits.removeLimits', target: guard, data, words };
}

type Limits = ReturnType<typeof limitsIn>;

function setting({ keyId, requester, requests, guard }: Asked, { limits, words }: Limits): Action {
  const args = [requests, keyId, requester, limits] as const;
  const data = encodeFunctionData({ abi: SPENDING_LIMITS_ABI, functionName: 'setLimits', args });
  return {
    contract: 'spendingLimits.setLimits',
    target: guard,
    data,
    words: [`${requester}, of key ${short(keyId)}:`, ...words],
  };
}

/** The row as it has to be for limits to bind; no call where it is that already. */
async function rowAction({ source, options }: Drafting, { keyId, requester, guard }: Asked, kinds: number) {
  const registry = addressOf(source.record, 'keyRegistry');
  const now = await view(source.rpc, registry, KEYS_ABI, 'rowOf', [keyId, requester]);
  const module = await view(source.rpc, registry, KEYS_ABI, 'moduleOf', [keyId, requester]);
  const row = { requester, guard, module, kinds, delay: secondsOf(option(options, 'delay')), unguarded: false };
  const isThere = now.guard.toLowerCase() === guard && now.kinds === kinds && now.delay === row.delay;
  const findings = rowWarnings(row, addressOf(source.record, 'timelock'));
  if (isThere) return { actions: [], findings };
  const data = encodeFunctionData({ abi: KEYS_ABI, functionName: 'setRow', args: [keyId, row] });
  const words = [`key ${short(keyId)}`, ...rowWords(row), ...(module === NOBODY ? [] : [`module ${module} stays`])];
  return { actions: [{ contract: 'keyRegistry.setRow', target: registry, data, words }], findings };
}

function limitsIn({ options, timing }: Drafting, telling: Telling) {
  const kinds = kindBits(option(options, 'kinds'));
  const expiresAt = timing.earliest + secondsOf(option(options, 'expires'));
  const recipients = listed(options.recipients).map((text) => recipientOf(text, telling));
  const targets = listed(options.targets).map(targetOf);
  const caps = capsIn(option(options, 'caps'));
  const maxUnsettled = numberOf('places', options.places, MOST_PLACES);
  const limits = { expiresAt, kinds, maxUnsettled, recipients, targets, caps };
  return { kinds, limits, words: limitWords(limits, telling), findings: doubts(recipients) };
}

function doubts(recipients: readonly Hex[]): Finding[] {
  return recipients.length > 0
    ? []
    : [warning('without --recipients it may pay whomever it likes, as much as the caps allow')];
}

function capsIn(text: string): readonly Cap[] {
  return text.split(';').map((one) => {
    const [name = '', amount = '', window = '', fee = '', ...rest] = one.split(',').map((part) => part.trim());
    if (fee === '' || rest.length > 0)
      throw new Fatal(
        'CONFIG_INVALID',
        `${one} is no cap`,
        'A cap is ASSET,AMOUNT,WINDOW,FEE: btc,0.5btc,7d,0.001btc lets half a bitcoin go in seven days.',
      );
    const { hash, decimals } = assetOf(name);
    return {
      ...{ asset: hash, capacity: amountOf(amount, decimals) },
      ...{ window: secondsOf(window), feeCap: amountOf(fee, decimals) },
    };
  });
}

/** An address of Bitcoin's network, one of the EVM, or the bytes that a payload would have. */
function recipientOf(text: string, { script }: Telling): Hex {
  if (/^0x(?:[0-9a-fA-F]{2}){1,1024}$/.test(text)) return text.toLowerCase() as Hex;
  const found = script(text);
  if (found !== null) return toHex(found);
  throw new Fatal(
    'CONFIG_INVALID',
    `${text} is no recipient`,
    'A recipient is an address of the Bitcoin network that --network names, or bytes in hex.',
  );
}

/** As a call's recipient is declared (docs/formats.md): target, and the first four bytes of its data. */
function targetOf(text: string): Hex {
  if (/^0x(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{48})$/.test(text)) return text.toLowerCase() as Hex;
  throw new Fatal(
    'CONFIG_INVALID',
    `${text} is no target`,
    'A target is an address, with four bytes of selector behind it.',
  );
}
