/** One question of the enclave, answered by the TEE. */
import { hexOf, integerOf, object } from '../enclave/decode/decoder.ts';
import type { Tee } from '../enclave/tee/tee.ts';
import { toHex } from '../formats/hex.ts';
import { SourceFailed } from './sources/source.ts';

const withoutArgument = object({ id: integerOf(53), ask: kind });
const evidenceQuestion = object({ id: integerOf(53), ask: kind, reportData: hexOf(32) });

type Content = Readonly<Record<string, string>>;
export type TeeAnswer = { readonly id: number } & ({ readonly ok: Content } | { readonly unavailable: string });

/** More would be cut anyway. */
const MOST_WORDS = 500;

/** @throws for what no enclave of ours asks: then something else is running */
export async function answerQuestion(tee: Tee, question: unknown): Promise<TeeAnswer> {
  if (typeof question === 'object' && question !== null && 'reportData' in question) {
    const { id, reportData } = evidenceQuestion(question, 'question');
    return answered(id, async () => ({ evidence: toHex(await tee.evidence(reportData)) }));
  }
  const { id, ask } = withoutArgument(question, 'question');
  if (ask === 'sealingKey') return answered(id, async () => ({ key: toHex(await tee.sealingKey()) }));
  if (ask !== 'configuration') throw new Error('the enclave asks for evidence about nothing');
  return answered(id, async () => {
    const { tee: name, configuration } = await tee.configuration();
    return { tee: toHex(name), configuration: toHex(configuration) };
  });
}

/** A source that fails is no reason to end an enclave that may hold shares: it is told, and asks again. */
async function answered(id: number, answer: () => Promise<Content>): Promise<TeeAnswer> {
  try {
    return { id, ok: await answer() };
  } catch (error) {
    if (!(error instanceof SourceFailed)) throw error;
    return { id, unavailable: error.message.slice(0, MOST_WORDS).replaceAll(/[^ -~]/g, '?') };
  }
}

function kind(value: unknown): 'configuration' | 'evidence' | 'sealingKey' {
  if (value === 'configuration' || value === 'evidence' || value === 'sealingKey') return value;
  throw new Error('the enclave asks for what no TEE gives');
}
