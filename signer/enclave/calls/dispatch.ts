/** Which function answers which call, once the enclave has booted. */
import type { CallName, Result } from '../api.ts';
import type { UnverifiedCall } from '../decode/decodeCall.ts';
import type { Life } from '../life.ts';
import { giveUpSession, hearEnvelope } from '../sessions/converse.ts';
import { activateKey } from './activateKey.ts';
import { attest } from './attest.ts';
import { generateKey } from './generateKey.ts';
import { recordBoot } from './recordBoot.ts';
import { sign } from './sign.ts';
import { status } from './status.ts';

export async function dispatch(life: Life, call: Exclude<UnverifiedCall, { call: 'boot' }>): Promise<Result<CallName>> {
  switch (call.call) {
    case 'status':
      return status(life);
    case 'attest':
      return attest(life, call.params);
    case 'recordBoot':
      return recordBoot(life, call.params);
    case 'generateKey':
      return generateKey(life, call.params);
    case 'kept':
      life.kept.kept(call.params.generation);
      return {};
    case 'activateKey':
      return activateKey(life, call.params);
    case 'sign':
      return sign(life, call.params);
    case 'deliver':
      await hearEnvelope(life, call.params.envelope);
      return {};
    case 'abort':
      giveUpSession(life, life.sessions.find(call.params.session));
      return {};
  }
}
