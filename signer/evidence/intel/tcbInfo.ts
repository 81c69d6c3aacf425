/** TCB info of one platform model, version 3 (Intel PCS API v4), and which of its levels a platform reaches. */

import { type Bytes, fromHex } from '../formats/bytes.ts';
import { array, decodeJson, integer, type JsonObject, object, string } from '../formats/json.ts';
import { isoTime } from '../formats/time.ts';
import { refuse } from '../refusal.ts';
import { TCB_STATUSES, type TcbStatus } from '../verified.ts';
import type { PckPlatform } from './pckCertificate.ts';
import type { Rating } from './status.ts';

export type TcbLevel = Rating & {
  readonly sgx: readonly number[];
  readonly pceSvn: number;
  /** Null in TCB info of SGX. */
  readonly tdx: readonly number[] | null;
};
export type SvnLevel = Rating & { readonly isvSvn: number };
export type TdxModule = { readonly mrSigner: Bytes; readonly attributes: Bytes; readonly mask: Bytes };
export type TdxModuleIdentity = TdxModule & { readonly id: string; readonly levels: readonly SvnLevel[] };

export type TcbInfo = {
  readonly id: string;
  readonly issueDate: number;
  readonly nextUpdate: number;
  readonly fmspc: string;
  readonly pceId: string;
  readonly evaluation: number;
  readonly levels: readonly TcbLevel[];
  readonly module: TdxModule | null;
  readonly modules: readonly TdxModuleIdentity[];
};

const CODE = 'TCB_INFO_MALFORMED';
const COMPONENTS = 16;
const MOST_LEVELS = 64;

export function decodeTcbInfo(bytes: Bytes): TcbInfo {
  const info = decodeJson(bytes, 'TCB info');
  if (info.version !== 3 || info.tcbType !== 0)
    refuse(CODE, 'TCB info is not of version 3 and type 0', {
      version: String(info.version),
      tcbType: String(info.tcbType),
    });
  const modules = info.tdxModuleIdentities;
  return {
    id: string(info.id, 'id', CODE),
    issueDate: isoTime(string(info.issueDate, 'issueDate', CODE), 'issueDate', CODE),
    nextUpdate: isoTime(string(info.nextUpdate, 'nextUpdate', CODE), 'nextUpdate', CODE),
    fmspc: string(info.fmspc, 'fmspc', CODE).toLowerCase(),
    pceId: string(info.pceId, 'pceId', CODE).toLowerCase(),
    evaluation: integer(info.tcbEvaluationDataNumber, 0xffff_ffff, 'tcbEvaluationDataNumber', CODE),
    levels: array(info.tcbLevels, MOST_LEVELS, 'tcbLevels', CODE)
      .map((level) => tcbLevel(object(level, 'level', CODE)))
      .sort(highestFirst),
    module: info.tdxModule === undefined ? null : tdxModule(object(info.tdxModule, 'tdxModule', CODE)),
    modules: modules === undefined ? [] : array(modules, MOST_LEVELS, 'tdxModuleIdentities', CODE).map(moduleIdentity),
  };
}

function tcbLevel(level: JsonObject): TcbLevel {
  const tcb = object(level.tcb, 'tcb', CODE);
  const tdx = tcb.tdxtcbcomponents;
  return {
    ...rating(level),
    sgx: components(tcb.sgxtcbcomponents, 'sgxtcbcomponents'),
    pceSvn: integer(tcb.pcesvn, 0xffff, 'pcesvn', CODE),
    tdx: tdx === undefined ? null : components(tdx, 'tdxtcbcomponents'),
  };
}

function components(value: unknown, what: string): readonly number[] {
  const list = array(value, COMPONENTS, what, CODE);
  if (list.length !== COMPONENTS)
    refuse(CODE, `${what} has ${list.length} entries`, { what, found: list.length, wanted: COMPONENTS });
  return list.map((component) => integer(object(component, what, CODE).svn, 0xff, 'svn', CODE));
}

export function rating(level: JsonObject): Rating {
  const status = TCB_STATUSES.find((known) => known === level.tcbStatus);
  if (status === undefined)
    refuse(CODE, `an unknown status: ${String(level.tcbStatus)}`, { found: String(level.tcbStatus) });
  const advisories = level.advisoryIDs ?? [];
  return {
    status: status satisfies TcbStatus,
    advisories: array(advisories, 256, 'advisoryIDs', CODE).map((id) => string(id, 'advisory', CODE)),
  };
}

function svnLevel(value: unknown): SvnLevel {
  const level = object(value, 'level', CODE);
  return { ...rating(level), isvSvn: integer(object(level.tcb, 'tcb', CODE).isvsvn, 0xffff, 'isvsvn', CODE) };
}

function tdxModule(value: JsonObject): TdxModule {
  return {
    mrSigner: hexField(value, 'mrsigner', 48),
    attributes: hexField(value, 'attributes', 8),
    mask: hexField(value, 'attributesMask', 8),
  };
}

function moduleIdentity(value: unknown): TdxModuleIdentity {
  const identity = object(value, 'module', CODE);
  const levels = svnLevels(identity.tcbLevels);
  return { ...tdxModule(identity), id: string(identity.id, 'id', CODE), levels };
}

export function hexField(value: JsonObject, name: string, length: number): Bytes {
  const bytes = fromHex(string(value[name], name, CODE));
  if (bytes?.length !== length) refuse(CODE, `${name} is not of ${length} bytes`, { name, wanted: length });
  return bytes;
}

/**
 * > Iterate over the sorted collection of TCB Levels. Intel's JSON has been sorted so far; its library sorts again, and so do we: an order that a text
 * happens to have is nothing to rely on. Highest SVNs first, compared one after the other.
 */
function highestFirst(a: TcbLevel, b: TcbLevel): number {
  const [x, y] = [a, b].map(({ sgx, pceSvn, tdx }) => [...sgx, pceSvn, ...(tdx ?? [])]);
  const at = x?.findIndex((svn, index) => svn !== y?.[index]) ?? -1;
  return at < 0 ? 0 : (y?.[at] ?? 0) - (x?.[at] ?? 0);
}

export function svnLevels(value: unknown): readonly SvnLevel[] {
  return array(value, MOST_LEVELS, 'tcbLevels', CODE)
    .map(svnLevel)
    .sort((a, b) => b.isvSvn - a.isvSvn);
}

/**
 * > All SGX TCB Comp SVNs and the PCESVN of the PCK certificate, and the TEE TCB SVNs from index 0
 * > (from index 2, if the one at index 1 is not 0), must be greater or equal.
 * @param teeTcbSvn of a TD; null for SGX
 */
export function levelOf(info: TcbInfo, platform: PckPlatform, teeTcbSvn: Bytes | null): TcbLevel {
  const level = info.levels.find(({ sgx, pceSvn, tdx }) => {
    const isReached = reaches(platform.components, sgx, 0) && platform.pceSvn >= pceSvn;
    if (!isReached || teeTcbSvn === null) return isReached;
    return tdx !== null && reaches([...teeTcbSvn], tdx, teeTcbSvn[1] === 0 ? 0 : 2);
  });
  if (level === undefined)
    refuse('TCB_LEVEL_NONE', 'the platform reaches no level that Intel lists', {
      fmspc: platform.fmspc,
      components: platform.components.join(' '),
      pceSvn: platform.pceSvn,
      teeTcbSvn: teeTcbSvn === null ? null : [...teeTcbSvn].join(' '),
    });
  return level;
}

function reaches(found: readonly number[], wanted: readonly number[], from: number): boolean {
  return wanted.every((svn, at) => at < from || (found[at] ?? -1) >= svn);
}
