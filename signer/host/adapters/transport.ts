/** One way to one provider: asks one question at a time or many, and says when the provider tells of news or was away. */

export type Transport = {
  /** @throws NoAnswer, NodeError, or Retryable RPC_NONSENSE */
  ask(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Calls back when the chain has grown, where the provider tells. Returns what ends it. */
  onBlock(grown: () => void): () => void;
  /** Calls back when the connection is a new one: who answers now may be another. */
  onReopened(then: () => void): void;
  close(): void;
};

/** A question that nobody has answered for so long, in milliseconds, is given up. */
export const TIMEOUT = 15_000;
