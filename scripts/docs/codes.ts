/**
 * Pages of what people look up by its code, written from the code: docs/exit-codes.md and docs/refusal-codes.md.
 *
 *     node scripts/bootstrap.mjs scripts/docs/codes.ts
 *
 * When a refusal is said stands once, in docs/formats.md; here is what to do about it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES, FATAL_CODES } from '../../signer/cli/exitCodes.ts';
import { REFUSAL_CODES, type RefusalCode, type RefusalKind, refusalKind } from '../../signer/formats/refusal.ts';

const DOCS = join(import.meta.dirname, '../../docs');
export const EXIT_PAGE = join(DOCS, 'exit-codes.md');
export const REFUSAL_PAGE = join(DOCS, 'refusal-codes.md');

export function exitPage(): string {
  const exits = Object.entries(EXIT_CODES).map(([code, means]) => `| ${code} | ${means} |`);
  const fatals = Object.entries(FATAL_CODES).map(([code, { cause, cure }]) => `| ${code} | ${cause} | ${cure} |`);
  return `# Exit codes

Generated from \`signer/cli/exitCodes.ts\` by \`scripts/docs/codes.ts\`: change it there. The same for every command; what the host logs last has \`code\` and \`advice\`.

| exit code | means |
|---|---|
${exits.join('\n')}

## What only a person can mend: exit code 64

| code | why | do |
|---|---|---|
${fatals.join('\n')}
`;
}

/** The first matching beginning counts. */
const CURES: readonly (readonly [beginning: RegExp, cure: string])[] = [
  [
    /^TEE_/,
    'What gives evidence on this machine (dstack, the kernel, the security module) did not answer: the detail says which. The host asks again.',
  ],
  [
    /^(FRAME|CALL|STREAM)_/,
    'Host and enclave are not of one release, or the pipe between them broke: install both from the same one.',
  ],
  [
    /^CONFIGURATION_/,
    'Make the configuration again with `quorate configuration`, and compare its hash with the one that the DAO approved.',
  ],
  [
    /^(HEADER|RLP|TRIE|ACCOUNT|STORAGE|PROOF|SLOT|WORD)_/,
    'What a provider gave is no proof: `quorate doctor`, then another RPC. If every provider gives it, the chain has a form that this release does not know.',
  ],
  [
    /^(KEY|CEREMONY|NETWORK)_/,
    'The chain says so at the proven block: `quorate keys` shows status, attempt and pauses. Hosts try again when it changes.',
  ],
  [
    /^SCHEME_/,
    'No key of this scheme works with this image: make one of another scheme, or let the DAO approve a release that knows it.',
  ],
  [
    /^(COMMITTEE|SELF|MEMBER|MEASUREMENT|BOOT)_/,
    'A member has no seat, no registration or no boot record at that block: `quorate enclaves` shows each. It passes with finality, or when the member registers again.',
  ],
  [/^SET_/, 'The leader has chosen badly: another one leads next. If it stays, a host is of another release.'],
  [
    /^(REQUEST_STATE|REQUEST_REPEATED|REQUEST_COUNT|REQUEST_KEY)$/,
    'The leader is ahead of the proven block or behind it; hosts try again.',
  ],
  [/^(REQUEST_DEADLINE|REQUEST_TOO_LATE)$/, 'There is no time left to sign it: ask anew with a later deadline.'],
  [/^REQUEST_OVERTAKEN$/, 'The row of the requester has changed since: ask anew.'],
  [
    /^KIND_NOT_ALLOWED$/,
    'The row does not allow this kind: a vote changes the row, or the payload is of another kind.',
  ],
  [
    /^REPLACES_(UNPROVEN|STATE)$/,
    'A host has not seen what is replaced, or the chain had not made it ready at that block: hosts try again. If it stays, `replaces` names no request.',
  ],
  [
    /^REPLACES_(OTHER|MALFORMED|NO_CONFLICT)$/,
    'Name the first of the row of replacements, and spend its first input: then ask anew.',
  ],
  [
    /^(KIND|PAYLOAD|REPLACES)_/,
    'This image does not sign it: make it of a kind in `formats.md`, or wait for a release that does.',
  ],
  [
    /^(DIGEST|EFFECT)_/,
    'What was voted is not what the payload does: build the request from the payload itself (`quorate payload`), and ask anew.',
  ],
  [/^(PUBLIC_KEY_INVALID|TWEAK_OUT_OF_RANGE)$/, 'The derived key of this path cannot be used: choose another path.'],
  [
    /^(PSBT|SIGHASH|TRANSACTION|SCRIPT|AMOUNT|INPUT|FEE)_/,
    'The transaction is not one that is signed: correct it where it was made, look at it with `quorate payload`, and ask anew.',
  ],
  [/^PATH_NOT_EMPTY$/, 'Leave the path empty: the key itself signs.'],
  [
    /^MESSAGE_/,
    'The message is not one that is signed: build it anew where it was made, look at it with `quorate explain`, and ask anew.',
  ],
  [
    /^(EFFECTS|EVM|NESTED|SAFE|ADDRESS|TYPED|TEXT|SIGN_IN|RAW_DIGEST)_/,
    'The payload is not one that is signed: correct it where it was made, and ask anew.',
  ],
  [
    /^CHECKPOINT_/,
    'Name a block root that you trust in `chain.checkpoint`, and a beacon node that still knows it in `chain.beacon`: `quorate doctor`.',
  ],
  [
    /^PARENT_ROOT_/,
    'The host shows the child by itself. If it stays, `chain.checkpoint` was of no block of this chain: start with an empty data directory and the root of a recent final beacon block.',
  ],
  [
    /^(UPDATE_CONFLICT|ENCLAVE_FROZEN)$/,
    'Find out which chain is the true one, with all other operators. This identity signs nothing any more: `quorate retire`, then `replaceIdentity`.',
  ],
  [
    /^(UPDATE|PERIOD)_/,
    'A beacon node is behind, broken or lies: hosts ask the next one. If it stays, `quorate doctor`, then another node in `chain.beacon`.',
  ],
  [
    /^BEAT_/,
    'The host records the next beat by itself, from the gas account: `quorate status` says what is in the way.',
  ],
  [
    /^(NOT_BOOTED|ALREADY_BOOTED|BLOCK|GENERATION|SESSION)_?/,
    'Of one life of an enclave: hosts begin again by themselves. If it stays, restart the host.',
  ],
  [
    /^SEALED_INVALID$/,
    'The image, the configuration or the machine has changed: go back to the release that sealed. Otherwise the share is lost: `quorate retire`, then `replaceIdentity`.',
  ],
  [
    /^SHARE_/,
    'This member has no share of that epoch, or another one: the others sign without it; the next committee gives it one.',
  ],
  [
    /^OT_/,
    'Hosts set OT up by themselves as soon as two members of an ECDSA key are there, and anew after a failed check. If it stays, see the log for who failed.',
  ],
  [
    /^ENVELOPE_/,
    'A peer sent what cannot be used: it is dropped, and the sender named in the log. If it comes again and again, ask that operator.',
  ],
];

export function cureOf(code: RefusalCode): string {
  const [, cure] = CURES.find(([beginning]) => beginning.test(code)) ?? [];
  if (cure === undefined) throw new Error(`nobody says what to do about ${code}`);
  return cure;
}

const KINDS: Readonly<Record<RefusalKind, string>> = {
  final: 'for ever',
  unsupported: 'by this image',
  passing: 'for now',
};

/** By code, from the table of docs/formats.md. */
export function whenOf(formats: string): ReadonlyMap<string, string> {
  const [, section = ''] = formats.split('\n## Refusal codes\n');
  const rows = section.matchAll(/^\| ([A-Z_]+) \| (.*) \| *\w* *\|$/gm);
  return new Map([...rows].map(([, code = '', when = '']) => [code, when]));
}

export function refusalPage(formats: string): string {
  const when = whenOf(formats);
  const parts = REFUSAL_CODES.map((code) => {
    const why = when.get(code);
    if (why === undefined) throw new Error(`docs/formats.md does not say when ${code} is`);
    return `## ${code}\n\nRefused ${KINDS[refusalKind(code)]}. **Why:** ${why}. **Do:** ${cureOf(code)}\n`;
  });
  return `# Refusal codes

Generated by \`scripts/docs/codes.ts\` from the codes and from [formats](formats.md): change it there. The code stands in the log of the host, in \`quorate_refusals_total\` and, where it is said on
chain, in \`quorate requests\`. Refused *for ever* and *by this image* can end a request on chain; *for now* passes, or is tried again until the deadline.

${parts.join('\n')}`;
}

if (import.meta.main) {
  writeFileSync(EXIT_PAGE, exitPage());
  writeFileSync(REFUSAL_PAGE, refusalPage(readFileSync(join(DOCS, 'formats.md'), 'utf8')));
}
