/** The compiler that Hardhat uses here, as a function of its standard input. */

import { createRequire } from 'node:module';

export type StandardInput = {
  readonly language: 'Solidity';
  readonly sources: Readonly<Record<string, { readonly content: string }>>;
  readonly settings: Readonly<Record<string, unknown>>;
};

type References = Readonly<Record<string, readonly { readonly start: number; readonly length: number }[]>>;

export type CompiledContract = {
  readonly abi: readonly unknown[];
  readonly metadata: string;
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: { readonly object: string; readonly immutableReferences?: References };
  };
};

export type CompilerMessage = {
  readonly severity: string;
  readonly errorCode?: string;
  readonly formattedMessage: string;
};
export type StandardOutput = {
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>;
  readonly errors?: readonly CompilerMessage[];
};

export type SmtSolver = (query: string) => { contents: string } | { error: string };

type Soljson = { compile(input: string, callbacks?: { smtSolver: SmtSolver }): string; version(): string };

let loaded: Soljson | undefined;

/** Loading takes a second and a hundred megabytes, so it waits until somebody compiles. */
function soljson(): Soljson {
  loaded ??= createRequire(import.meta.url)('solc') as Soljson;
  return loaded;
}

/** Errors are thrown, warnings are in the output. */
export function compile(input: StandardInput, smtSolver?: SmtSolver): StandardOutput {
  const text = soljson().compile(JSON.stringify(input), smtSolver && { smtSolver });
  const output = JSON.parse(text) as StandardOutput;
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return output;
}

/** For example `0.8.37+commit.f401782d`. */
export function compilerVersion(): string {
  return soljson().version().replace('.Emscripten.clang', '');
}
