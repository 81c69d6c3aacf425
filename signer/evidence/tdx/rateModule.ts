/** Who made the TDX module, and how good it is (Intel PCS API v4, "Get TCB Info": tdxModule and tdxModuleIdentities). */

import { type Bytes, isEqual, masked, toHex } from '../formats/bytes.ts';
import type { Rating } from '../intel/status.ts';
import type { TcbInfo, TdxModule } from '../intel/tcbInfo.ts';
import { refuse } from '../refusal.ts';
import type { TdBody } from './body.ts';

/**
 * > If the SVN at index 1 is not 0, it is the major version: the module identity `TDX_<version>` has to match, and the highest of its levels whose
 * > isvsvn is not above the SVN at index 0 gives the status. If it is 0, tdxModule has to match, and the levels of the platform rate the module.
 */
export function rateModule(teeTcbSvn: Bytes, body: TdBody, info: TcbInfo): Rating {
  const [minor = 0, major = 0] = teeTcbSvn;
  if (major === 0) {
    if (info.module === null) refuse('TDX_MODULE_UNKNOWN', 'TCB info names no TDX module', { fmspc: info.fmspc });
    requireModule(body, info.module);
    return { status: 'UpToDate', advisories: [] };
  }
  const id = `TDX_${toHex(Uint8Array.of(major))}`;
  const identity = info.modules.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (identity === undefined)
    refuse('TDX_MODULE_UNKNOWN', `TCB info knows no module ${id}`, {
      found: id,
      known: info.modules.map((one) => one.id).join(' '),
    });
  requireModule(body, identity);
  const level = identity.levels.find(({ isvSvn }) => minor >= isvSvn);
  if (level === undefined)
    refuse('TDX_MODULE_SVN', `SVN ${minor} of module ${id} is below every level`, { module: id, found: minor });
  return level;
}

function requireModule({ mrSignerSeam, seamAttributes }: TdBody, { mrSigner, attributes, mask }: TdxModule): void {
  if (!isEqual(mrSignerSeam, mrSigner))
    refuse('TDX_MODULE_SIGNER', 'the TDX module has another signer', {
      found: toHex(mrSignerSeam),
      wanted: toHex(mrSigner),
    });
  const found = masked(seamAttributes, mask);
  if (!isEqual(found, attributes))
    refuse('TDX_MODULE_ATTRIBUTES', 'the TDX module has other attributes', {
      found: toHex(found),
      wanted: toHex(attributes),
    });
}
