/** What can be wanted on chain: one file a kind, joined here. */

import type { Activate } from './activate.ts';
import type { BringCollateral } from './bringCollateral.ts';
import type { ClaimKey } from './claimKey.ts';
import type { Confirm } from './confirm.ts';
import type { Expire } from './expire.ts';
import type { Fulfil } from './fulfil.ts';
import type { MarkReady } from './markReady.ts';
import type { OpenAttempt } from './openAttempt.ts';
import type { Promote } from './promote.ts';
import type { RecordBoot } from './recordBoot.ts';
import type { RecordLate } from './recordLate.ts';
import type { Refuse } from './refuse.ts';
import type { Register } from './register.ts';

export type Goal =
  | BringCollateral
  | Register
  | RecordBoot
  | Promote
  | Confirm
  | Activate
  | OpenAttempt
  | ClaimKey
  | MarkReady
  | Fulfil
  | RecordLate
  | Refuse
  | Expire;
