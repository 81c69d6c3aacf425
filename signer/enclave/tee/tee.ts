/** What the enclave asks of the hardware (or of the development TEE) that started it. */
export interface Tee {
  /** Which kind of TEE this is, as contracts name it (docs/formats.md, "Domain tags"), and the configuration that it measured. */
  configuration(): Promise<{ readonly tee: Uint8Array; readonly configuration: Uint8Array }>;
  /** Proof, for contracts, that this very image and configuration asked for these 32 bytes. */
  evidence(reportData: Uint8Array): Promise<Uint8Array>;
  /** 32 bytes that only this measurement gets on this platform. Who else can get them is the TEE's secret to keep. */
  sealingKey(): Promise<Uint8Array>;
}
