/** The enclave says no: one precise code and what disagreed. The table in docs/formats.md is this union. */

export type RefusalCode =
  | 'FRAME_TOO_LARGE'
  | 'FRAME_MALFORMED'
  | 'CALL_UNKNOWN'
  | 'CALL_MALFORMED';

export type Refusal = { readonly refusal: true; readonly code: RefusalCode; readonly detail: string };

/** Thrown inside a stage, turned into a Refusal at its border by `refusable`; never leaves the stage. */
export class Refused extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}

export function refusable<T>(stage: () => T): T | Refusal {
  try {
    return stage();
  } catch (error) {
    if (error instanceof Refused) return { refusal: true, code: error.code, detail: error.message };
    throw error;
  }
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { refusal?: unknown }).refusal === true;
}
