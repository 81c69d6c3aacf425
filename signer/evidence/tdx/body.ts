/** The report body of a trust domain: TD 1.0 (584 bytes) and TD 1.5 (648 bytes), as quotes of version 4 and 5 carry them. */

import type { Bytes } from '../formats/bytes.ts';
import { Layout } from '../formats/layout.ts';

export type TdBody = {
  readonly teeTcbSvn: Bytes;
  readonly mrSeam: Bytes;
  readonly mrSignerSeam: Bytes;
  readonly seamAttributes: Bytes;
  readonly tdAttributes: Bytes;
  readonly xfam: Bytes;
  readonly mrtd: Bytes;
  readonly mrConfigId: Bytes;
  readonly mrOwner: Bytes;
  readonly mrOwnerConfig: Bytes;
  readonly rtmrs: readonly [Bytes, Bytes, Bytes, Bytes];
  readonly reportData: Bytes;
  /** TD 1.5: of the TDX module that runs now; it may have been updated under the TD. */
  readonly teeTcbSvn2: Bytes | null;
  /** TD 1.5: which service TDs are bound to this one. */
  readonly mrServiceTd: Bytes | null;
};

/** Body types of quotes of version 5, and their sizes. */
export const TD_10 = { type: 2, bytes: 584 } as const;
export const TD_15 = { type: 3, bytes: 648 } as const;

export function decodeTdBody(bytes: Bytes): TdBody {
  const layout = new Layout(bytes, 'QUOTE_TRUNCATED', 'QUOTE_TRAILING_BYTES');
  const body = {
    teeTcbSvn: layout.take(16, 'TEE_TCB_SVN'),
    mrSeam: layout.take(48, 'MRSEAM'),
    mrSignerSeam: layout.take(48, 'MRSIGNERSEAM'),
    seamAttributes: layout.take(8, 'SEAMATTRIBUTES'),
    tdAttributes: layout.take(8, 'TDATTRIBUTES'),
    xfam: layout.take(8, 'XFAM'),
    mrtd: layout.take(48, 'MRTD'),
    mrConfigId: layout.take(48, 'MRCONFIGID'),
    mrOwner: layout.take(48, 'MROWNER'),
    mrOwnerConfig: layout.take(48, 'MROWNERCONFIG'),
    rtmrs: [register(layout, 0), register(layout, 1), register(layout, 2), register(layout, 3)] as const,
    reportData: layout.take(64, 'REPORTDATA'),
  };
  const is15 = bytes.length === TD_15.bytes;
  const teeTcbSvn2 = is15 ? layout.take(16, 'TEE_TCB_SVN2') : null;
  const mrServiceTd = is15 ? layout.take(48, 'MRSERVICETD') : null;
  layout.end('the report');
  return { ...body, teeTcbSvn2, mrServiceTd };
}

function register(layout: Layout, number: number): Bytes {
  return layout.take(48, `RTMR${number}`);
}
