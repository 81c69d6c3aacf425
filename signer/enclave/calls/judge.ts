/** What this enclave makes of requests, without signing any: once a member has refused one on chain, the others are asked at once. */

import type { Result } from '../api.ts';
import type { Decoded } from '../decode/decoder.ts';
import { judgeRequests } from '../path/judgeRequests.ts';
import { shownOf } from '../path/verifyRequest.ts';
import type { Rooted } from '../process.ts';
import { signParams } from './sign.ts';

export const judgeParams = signParams;

export function judge(life: Rooted, params: Decoded<typeof judgeParams>): Result<'judge'> {
  const { refused } = judgeRequests(life, params, shownOf(params, life.configuration));
  return { refused };
}
