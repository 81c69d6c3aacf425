/** Signature algorithms, by their exact encodings: an AlgorithmIdentifier that is none of these is refused. */

import { toHex } from '../formats/bytes.ts';
import type { Der } from '../formats/der.ts';
import { refuse } from '../refusal.ts';

export type SignatureAlgorithm = 'p256' | 'p384' | 'rsa';

/** AMD states the trailer's default in some of its certificates and leaves it out in others; both are of one meaning. */
const PSS_SHA384 =
  'a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130';
const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  '300a06082a8648ce3d040302': 'p256', // ecdsa-with-SHA256, RFC 5758
  '300a06082a8648ce3d040303': 'p384', // ecdsa-with-SHA384
  [`304106092a864886f70d01010a3034${PSS_SHA384}`]: 'rsa', // id-RSASSA-PSS, RFC 4055
  [`304606092a864886f70d01010a3039${PSS_SHA384}a303020101`]: 'rsa',
};

export function decodeAlgorithm({ encoded }: Der, what: string): SignatureAlgorithm {
  const found = toHex(encoded);
  const algorithm = ALGORITHMS[found];
  if (algorithm === undefined) refuse('CERTIFICATE_ALGORITHM', `${what} is signed with another algorithm`, { found });
  return algorithm;
}
