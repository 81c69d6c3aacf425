/** A TDX quote, version 4 or 5, with the collateral that rates its platform. */

import { type Bytes, toHex0x } from '../formats/bytes.ts';
import { measurementOf } from '../identity.ts';
import type { Collateral } from '../intel/collateral.ts';
import { decodeHeader, decodeSignatureData, type Quote, quoteLayout, TEE_TYPE } from '../intel/quote.ts';
import { converge } from '../intel/status.ts';
import { levelOf } from '../intel/tcbInfo.ts';
import { verifyQuote } from '../intel/verifyQuote.ts';
import { refuse } from '../refusal.ts';
import type { VerifiedEvidence, Verifier } from '../verified.ts';
import { requireNoServiceTd, requireSeamAttributes, requireTdAttributes } from './attributes.ts';
import { decodeTdBody, TD_10, TD_15, type TdBody } from './body.ts';
import { rateModule } from './rateModule.ts';

export function decodeTdxQuote(bytes: Bytes): Quote {
  const layout = quoteLayout(bytes);
  const version = decodeHeader(layout, TEE_TYPE.tdx, [4, 5]);
  const size = version === 4 ? TD_10.bytes : bodySize(layout.u16('body type'), layout.u32('body size'));
  return decodeSignatureData(bytes, layout, version, layout.take(size, 'body'));
}

function bodySize(type: number, bytes: number): number {
  if (![TD_10, TD_15].some((known) => known.type === type && known.bytes === bytes))
    refuse('QUOTE_BODY', `a body of type ${type} and ${bytes} bytes`, { type, bytes });
  return bytes;
}

export function verifyTdx(quote: Quote, collateral: Collateral, verifier: Verifier): VerifiedEvidence {
  const body = decodeTdBody(quote.body);
  const { platform, qe, ...verified } = verifyQuote(quote, 'tdx', collateral, verifier);
  requireTdAttributes(body.tdAttributes);
  requireSeamAttributes(body.seamAttributes);
  requireNoServiceTd(body.mrServiceTd);
  const info = collateral.tcbInfo.content;
  const svns = body.teeTcbSvn2 === null ? [body.teeTcbSvn] : [body.teeTcbSvn, body.teeTcbSvn2];
  const ratings = svns.flatMap((svn) => [levelOf(info, platform, svn), rateModule(svn, body, info)]);
  const { status, advisories } = converge(qe, ...ratings);
  return {
    kind: 'tdx',
    measurement: tdxMeasurement(body),
    fields: { version: quote.version, fmspc: platform.fmspc, ...fieldsOf(body) },
    reportData: body.reportData,
    ...verified,
    tcbStatus: status,
    advisories,
  };
}

function tdxMeasurement(body: TdBody): Bytes {
  const { tdAttributes, xfam, mrtd, mrConfigId, mrOwner, mrOwnerConfig, rtmrs } = body;
  return measurementOf('tdx', tdAttributes, xfam, mrtd, mrConfigId, mrOwner, mrOwnerConfig, ...rtmrs);
}

function fieldsOf({ rtmrs, reportData: _, ...body }: TdBody): VerifiedEvidence['fields'] {
  const named = Object.entries(body).map(([name, value]) => [name, value === null ? null : toHex0x(value)]);
  const registers = rtmrs.map((register, at) => [`rtmr${at}`, toHex0x(register)]);
  return Object.fromEntries([...named, ...registers]);
}
