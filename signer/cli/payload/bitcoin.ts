/** `quorate payload bitcoin FILE|-`: what a wallet wrote becomes the payload that a vote can have signed, and is told in words. */

import { toHex0x } from '../../evidence/formats/bytes.ts';
import { PAYLOAD_KINDS } from '../../formats/kinds.ts';
import type { Effect } from '../../formats/request.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import { Fatal } from '../../host/errors.ts';
import { bitcoinWords, feeOf } from '../../payload/bitcoin/bitcoinWords.ts';
import { type Payment, paymentOf } from '../../payload/bitcoin/payment.ts';
import { shownId, transactionId } from '../../payload/bitcoin/previousTransaction.ts';
import type { Said } from '../../payload/bitcoin/said.ts';
import { encodeTransaction } from '../../payload/bitcoin/writer.ts';
import { type Command, type Options, option, type Shown } from '../command.ts';
import { PSBT_FILE, readPsbtFile } from './psbtFile.ts';
import { advised } from './refusal.ts';

type Address = (script: Uint8Array) => string | null;

export const payloadBitcoin: Command = {
  summary: 'turn the PSBT of a wallet into the payload, digests and effects of a request, and tell what it does',
  file: PSBT_FILE,
  options: [
    { name: 'network', means: 'whose addresses to write: mainnet, testnet, signet or regtest', fallback: 'mainnet' },
    { name: 'address', means: "the key's own address; refuses a PSBT that spends from another" },
  ],
  run: async (options) => {
    const network = option(options, 'network');
    const { addressOn, MAIN_NETWORK } = await import('./address.ts');
    const address = addressOn(network);
    const payment = advised(() => paymentOf(readPsbtFile(options)));
    requireAddress(address(payment.own), options);
    const now = Math.floor(systemClock.now() / 1000);
    return shown(payment, bitcoinWords(payment, { address, network, now, isMain: network === MAIN_NETWORK }), address);
  },
};

function requireAddress(own: string | null, { address }: Options): void {
  if (typeof address !== 'string' || address.toLowerCase() === own) return; // bech32 may be in capitals
  throw new Fatal('CONFIG_INVALID', `it spends from ${own}, not from ${address}`, 'Check --address and --network.');
}

function shown(payment: Payment, said: readonly Said[], address: Address): Shown {
  const payload = toHex0x(payment.payload);
  const digests = payment.digests.map(toHex0x);
  const words = said.filter(({ isWarning }) => !isWarning).map(({ text }) => text);
  const warnings = said.filter(({ isWarning }) => isWarning).map(({ text }) => text);
  const text = [
    ...words,
    ...warnings.map((each) => `WARNING: ${each}`),
    `txid ${txid(payment)}`,
    ...digests.map((digest, at) => `digest ${at} ${digest}`),
    `payload ${payload}`,
  ].join('\n');
  const effects = payment.effects.map(effectJson);
  const kind = PAYLOAD_KINDS['bitcoin-psbt'].number;
  return { json: { kind, payload, digests, effects, words, warnings, ...details(payment, address) }, text, ok: true };
}

/** As the contracts take it; the amount as text, which JSON has no integers for. */
function effectJson({ kind, asset, recipient, amount, detail }: Effect) {
  return {
    kind,
    asset: toHex0x(asset),
    recipient: toHex0x(recipient),
    amount: amount.toString(),
    detail: toHex0x(detail),
  };
}

function details(payment: Payment, address: Address) {
  const { amount, virtualSize, rate } = feeOf(payment);
  const { own } = payment;
  const outputs = payment.psbt.transaction.outputs.map(({ amount: paid, script }) => ({
    address: address(script),
    script: toHex0x(script),
    amount: paid.toString(),
    isChange: toHex0x(script) === toHex0x(own),
  }));
  return {
    txid: txid(payment),
    own: { address: address(own), script: toHex0x(own) },
    outputs,
    fee: { amount: amount.toString(), virtualSize, rate },
  };
}

/** A Taproot signature is no part of it, so it is known before anybody signs. */
function txid({ psbt }: Payment): string {
  return shownId(transactionId(encodeTransaction(psbt.transaction)));
}
