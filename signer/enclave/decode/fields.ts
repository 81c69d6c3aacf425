/** The decoder that a declaration of fields stands for. */

import type { Field, Fields, RecordOf, ValueOf } from '../../formats/fields.ts';
import { type Decoder, decimalOf, hexOf, hexUpTo, integerOf, listOf, object } from './decoder.ts';

export function recordOf<const F extends Fields>(fields: F): Decoder<RecordOf<F>> {
  const decoders = Object.entries(fields).map(([name, field]) => [name, decoderOf(field)]);
  return object(Object.fromEntries(decoders)) as Decoder<RecordOf<F>>;
}

function decoderOf(field: Field): Decoder<ValueOf<Field>> {
  if ('bytes' in field) return hexOf(field.bytes);
  if ('bytesUpTo' in field) return hexUpTo(field.bytesUpTo);
  if ('number' in field) return integerOf(field.number);
  if ('bigint' in field) return decimalOf(field.bigint);
  if ('listOf' in field) return listOf(decoderOf(field.listOf), field.upTo);
  return recordOf(field.fields);
}
