/** One question of the enclave, answered by the TEE. */
import { hexOf, integerOf, object } from '../enclave/decode/decoder.ts';
import type { Tee } from '../enclave/tee/tee.ts';
import { toHex } from '../formats/hex.ts';

const withoutArgument = object({ id: integerOf(53), ask: kind });
const evidenceQuestion = object({ id: integerOf(53), ask: kind, reportData: hexOf(32) });

export type TeeAnswer = { readonly id: number; readonly ok: Readonly<Record<string, string>> };

/** @throws for what no enclave of ours asks: then something else is running */
export async function answerQuestion(tee: Tee, question: unknown): Promise<TeeAnswer> {
  if (typeof question === 'object' && question !== null && 'reportData' in question) {
    const { id, reportData } = evidenceQuestion(question, 'question');
    return { id, ok: { evidence: toHex(await tee.evidence(reportData)) } };
  }
  const { id, ask } = withoutArgument(question, 'question');
  if (ask === 'sealingKey') return { id, ok: { key: toHex(await tee.sealingKey()) } };
  if (ask !== 'configuration') throw new Error('the enclave asks for evidence about nothing');
  const { tee: name, configuration } = await tee.configuration();
  return { id, ok: { tee: toHex(name), configuration: toHex(configuration) } };
}

function kind(value: unknown): 'configuration' | 'evidence' | 'sealingKey' {
  if (value === 'configuration' || value === 'evidence' || value === 'sealingKey') return value;
  throw new Error('the enclave asks for what no TEE gives');
}
