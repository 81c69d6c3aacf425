/** A signing request as a host sends it: what its event showed. */

import { REQUEST_FIELDS, type Request } from '../../formats/request.ts';
import type { Decoder } from './decoder.ts';
import { recordOf } from './fields.ts';

export const decodeRequest: Decoder<Request> = recordOf(REQUEST_FIELDS);
