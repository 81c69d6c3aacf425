/** What the enclave and the other hosts say, each to the stage that acts on it. */

import type { Event } from '../enclave/api.ts';
import type { Hex } from '../formats/hex.ts';
import type { Context } from './context.ts';
import { keepSealed } from './life/tendEnclave.ts';
import type { Message } from './mail/messages.ts';
import { postActivation } from './path/postActivation.ts';
import { postConfirmation } from './path/postConfirmation.ts';
import { postSignature } from './path/postSignature.ts';
import { heardAccept, heardInvite } from './sessions/invitations.ts';
import { join } from './sessions/join.ts';

export function hearEnclave(context: Context, event: Event): void {
  switch (event.event) {
    case 'envelope':
      context.relay.send(event);
      return;
    case 'seal':
      context.spawn('seal', keepSealed(context, event.generation, event.sealed));
      return;
    case 'confirmation':
      postConfirmation(context, event);
      context.book.end(event.session, { result: 'done' });
      return;
    case 'activation':
      if (context.self !== null) postActivation(context, context.self, event);
      context.book.end(event.session, { result: 'done' });
      return;
    case 'signature':
      if (context.self !== null) postSignature(context, context.self, event);
      context.book.end(event.session, { result: 'done' });
      return;
    case 'fault':
      faulted(context, event);
      return;
  }
}

function faulted(
  { book, log }: Context,
  { session, code, culprits, silent, disputes, detail }: Extract<Event, { readonly event: 'fault' }>,
): void {
  log('warn', 'a session failed', { session, code, culprits, silent, detail });
  const disputed = disputes.map(({ about, reporter }) => [about, reporter] as const);
  book.end(session, { result: 'fault', code, blamed: culprits.length > 0 ? culprits : silent, disputed });
}

export function hearHost(context: Context, from: Hex, message: Message): void {
  switch (message.type) {
    case 'invite':
      heardInvite(context, from, message.subject, message.kind, message.run);
      return;
    case 'accept':
      heardAccept(context, message.subject, message.run, { member: from, head: message.head });
      return;
    case 'propose':
      context.spawn('join', join(context, from, message));
      return;
    case 'envelope':
      context.relay.receive(from, message.envelope);
      return;
  }
}
