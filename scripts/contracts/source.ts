/** Text of a source by the compiler's positions, which count bytes. */

import { createHash } from 'node:crypto';
import type { AstNode } from './buildInfo.ts';

export type Span = { readonly start: number; readonly end: number };

export function spanOf({ src }: AstNode): Span {
  const [start = 0, length = 0] = src.split(':').map(Number);
  return { start, end: start + length };
}

export class Source {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Another text has another. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#bytes).digest('hex').slice(0, 8);
  }

  text(node: AstNode): string {
    const { start, end } = spanOf(node);
    return this.between(start, end);
  }

  between(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end);
  }

  /** From 1. */
  lineAt(offset: number): number {
    return this.between(0, offset).split('\n').length;
  }

  /** Where `text` stands between two positions, or -1. */
  find(text: string, start: number, end: number): number {
    const at = this.#bytes.indexOf(text, start);
    return at >= 0 && at + Buffer.byteLength(text) <= end ? at : -1;
  }

  /** The whole text with one span replaced. */
  with({ start, end }: Span, text: string): string {
    return this.between(0, start) + text + this.between(end, this.#bytes.length);
  }
}
