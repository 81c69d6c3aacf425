/** Where evidence and a sealing key come from on a real machine: one file a kind. */

type Bytes = Uint8Array;

export type Source = {
  /** In whose format its evidence is. */
  readonly kind: 'tdx' | 'nitro';
  /** @param reportData 32 bytes @throws SourceFailed */
  evidence(reportData: Bytes): Promise<Bytes>;
  /** 32 bytes. Each source says who else can get them. @throws SourceFailed */
  sealingKey(): Promise<Bytes>;
};

/** Why a source gave nothing; `SOURCE_…` is what a log says. */
export type SourceCode =
  | 'SOURCE_UNREACHABLE'
  | 'SOURCE_TIMEOUT'
  | 'SOURCE_TOO_LARGE'
  | 'SOURCE_MALFORMED'
  | 'SOURCE_REFUSED'
  | 'SOURCE_OTHER_PROVIDER'
  | 'SOURCE_INTERRUPTED';

export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
  readonly code: SourceCode;
  constructor(code: SourceCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
