// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {INitroRefusals} from "./INitroRefusals.sol";
import {IX509Refusals} from "../x509/IX509Refusals.sol";
import {Uint384} from "./IP384Verifier.sol";
import {Certificate, Signed, X509} from "../x509/Certificate.sol";
import {Der} from "../x509/Der.sol";
import {Span, span} from "../x509/Span.sol";

/// @dev One certificate, read and not verified.
struct NitroCertificate {
    Certificate said;
    /// @dev Keccak-256 of what is signed, and that itself
    bytes32 id;
    Span tbs;
    Uint384 r;
    Uint384 s;
    Uint384 x;
    Uint384 y;
}

/// @title One X.509 certificate as AWS makes them: of P-384 with SHA-384
library NitroCertificateReader {
    uint256 internal constant MOST_BYTES = 4096;
    uint256 private constant NUMBER_BYTES = 48;
    /// @dev ecdsa-with-SHA384 (RFC 5758), the whole AlgorithmIdentifier
    bytes32 private constant ECDSA_SHA384 = hex"300a06082a8648ce3d040303";
    /// @dev a SubjectPublicKeyInfo of P-384 up to x (RFC 5480): named curve, uncompressed point
    bytes32 private constant P384_KEY = hex"3076301006072a8648ce3d020106052b81040022036200" hex"04";
    uint256 private constant P384_KEY_PREFIX = 24;

    function read(bytes memory encoded) internal pure returns (NitroCertificate memory its) {
        Signed memory signed;
        (signed, its.r, its.s) = _readSigned(encoded);
        (its.tbs, its.id) = (signed.tbs, signed.tbs.hash());
        its.said = X509.readCertificate(signed);
        Span algorithm = signed.algorithm;
        bool known = algorithm.size() == 12 && algorithm.word() == ECDSA_SHA384;
        require(known, IX509Refusals.CertificateAlgorithm(algorithm.word()));
        (its.x, its.y) = _readKey(its.said.key);
    }

    /// @dev Keccak-256 of what is signed. All of the certificate is read as strictly as what is signed: it may stand in
    /// a document that says more of it than the hash does.
    function idOf(bytes memory encoded) internal pure returns (bytes32) {
        (Signed memory signed,,) = _readSigned(encoded);
        return signed.tbs.hash();
    }

    function _readSigned(bytes memory encoded)
        private
        pure
        returns (Signed memory signed, Uint384 memory r, Uint384 memory s)
    {
        require(encoded.length <= MOST_BYTES, INitroRefusals.EvidenceTooLarge(encoded.length, MOST_BYTES));
        signed = X509.readSigned(encoded);
        (r, s) = _readSignature(signed.signature);
    }

    function _readKey(Span encoded) private pure returns (Uint384 memory x, Uint384 memory y) {
        bytes32 prefix = span(encoded.from(), encoded.from() + P384_KEY_PREFIX).word();
        bool known = encoded.size() == P384_KEY_PREFIX + 2 * NUMBER_BYTES && prefix == P384_KEY;
        require(known, IX509Refusals.CertificateAlgorithm(prefix));
        uint256 begin = encoded.from() + P384_KEY_PREFIX;
        x = numberOf(span(begin, begin + NUMBER_BYTES));
        y = numberOf(span(begin + NUMBER_BYTES, encoded.to()));
    }

    /// @dev `SEQUENCE { r, s }`
    function _readSignature(Span bits) private pure returns (Uint384 memory r, Uint384 memory s) {
        Span content;
        (content, bits) = Der.take(Der.only(bits, Der.SEQUENCE), Der.INTEGER);
        r = numberOf(Der.magnitude(content));
        (content, bits) = Der.take(bits, Der.INTEGER);
        s = numberOf(Der.magnitude(content));
        Der.requireEnd(bits);
    }

    /// @dev Big-endian, of at most 48 bytes.
    function numberOf(Span digits) internal pure returns (Uint384 memory number) {
        uint256 length = digits.size();
        require(length <= NUMBER_BYTES, INitroRefusals.SignatureMalformed(length, NUMBER_BYTES));
        (uint256 begin, uint256 end) = (digits.from(), digits.to());
        if (length <= 32) {
            number.low = length == 0 ? 0 : uint256(digits.word()) >> (256 - 8 * length);
            return number;
        }
        number.high = uint256(span(begin, end - 32).word()) >> (256 - 8 * (length - 32));
        number.low = uint256(span(end - 32, end).word());
    }
}
