/** What anybody needs to compile one contract again and to compare it with what is on chain. */

import { buildInfoOf, closure } from './buildInfo.ts';
import { type CompiledContract, compile, type StandardInput } from './compiler.ts';
import type { Contract } from './deployed.ts';

export type Artefacts = {
  readonly source: string;
  readonly name: string;
  readonly input: StandardInput;
  readonly compiled: CompiledContract;
};

const WANTED = [
  'abi',
  'metadata',
  'evm.bytecode.object',
  'evm.deployedBytecode.object',
  'evm.deployedBytecode.immutableReferences',
];

/** Compiles the contract from the sources that it needs and no others; names and settings are those of the build. */
export async function artefactsOf({ file, name }: Contract): Promise<Artefacts> {
  const { input, trees, target } = await buildInfoOf(file, name);
  const minimal = minimalInput(input, closure(trees, target.source), target.source, name);
  return { source: target.source, name, input: minimal, compiled: compiledContract(minimal, target.source, name) };
}

function minimalInput(input: StandardInput, sources: readonly string[], source: string, name: string): StandardInput {
  return {
    language: input.language,
    sources: Object.fromEntries(sources.map((each) => [each, { content: contentOf(input, each) }])),
    settings: { ...input.settings, outputSelection: { [source]: { [name]: WANTED } } },
  };
}

function contentOf(input: StandardInput, source: string): string {
  const found = input.sources[source];
  if (found === undefined) throw new Error(`the build has no source ${source}`);
  return found.content;
}

export function compiledContract(input: StandardInput, source: string, name: string): CompiledContract {
  const compiled = compile(input).contracts?.[source]?.[name];
  if (compiled === undefined) throw new Error(`the compiler made no ${name} of ${source}`);
  return compiled;
}
