/** TCB_VERSION of AMD (SEV-SNP firmware ABI, 2.2; Turin's differs): eight bytes, one each for firmware parts. */

import type { Bytes } from '../formats/bytes.ts';

export type SnpTcb = {
  /** Turin only; 0 elsewhere. */
  readonly fmc: number;
  readonly bootloader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
};
export const TCB_PARTS = ['fmc', 'bootloader', 'tee', 'snp', 'microcode'] as const;

export function decodeTcb(bytes: Bytes, product: 'Genoa' | 'Turin'): SnpTcb {
  const at = (index: number) => bytes[index] ?? 0;
  return product === 'Turin'
    ? { fmc: at(0), bootloader: at(1), tee: at(2), snp: at(3), microcode: at(7) }
    : { fmc: 0, bootloader: at(0), tee: at(1), snp: at(6), microcode: at(7) };
}

/** The part in which `found` is below `least`, if any. */
export function partBelow(found: SnpTcb, least: Partial<SnpTcb>): (typeof TCB_PARTS)[number] | null {
  return TCB_PARTS.find((part) => found[part] < (least[part] ?? 0)) ?? null;
}

export function tcbText(tcb: Partial<SnpTcb>): string {
  return TCB_PARTS.map((part) => `${part} ${tcb[part] ?? 0}`).join(', ');
}
