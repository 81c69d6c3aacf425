// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {INitroRefusals} from "./INitroRefusals.sol";
import {Uint384} from "./IP384Verifier.sol";
import {Der} from "../x509/Der.sol";
import {Extensions} from "../x509/Extensions.sol";
import {Span, span, spanOf} from "../x509/Span.sol";

/// @dev One certificate, read and not verified.
struct NitroCertificate {
    /// @dev what is signed, and its Keccak-256 hash
    Span tbs;
    bytes32 id;
    Uint384 r;
    Uint384 s;
    uint256 serial;
    /// @dev hashes of names, as DER
    bytes32 issuer;
    bytes32 subject;
    /// @dev the subject's
    Span commonName;
    /// @dev Unix seconds; both ends belong to the time of validity
    uint40 notBefore;
    uint40 notAfter;
    Uint384 x;
    Uint384 y;
    Extensions extensions;
}

/// @title One X.509 certificate (RFC 5280), read strictly, as much of it as AWS uses
library NitroCertificateReader {
    uint256 internal constant MOST_BYTES = 4096;
    uint256 private constant SERIAL_BYTES = 20;
    uint256 private constant VERSION_3 = 2;
    uint256 private constant NUMBER_BYTES = 48;
    /// @dev ecdsa-with-SHA384 (RFC 5758), the whole AlgorithmIdentifier
    bytes32 private constant ECDSA_SHA384 = hex"300a06082a8648ce3d040303";
    /// @dev a SubjectPublicKeyInfo of P-384 up to x (RFC 5480): named curve, uncompressed point
    bytes32 private constant P384_KEY = hex"3076301006072a8648ce3d020106052b81040022036200" hex"04";
    uint256 private constant P384_KEY_PREFIX = 24;
    bytes32 private constant COMMON_NAME = keccak256(hex"550403");

    function read(bytes memory encoded) internal pure returns (NitroCertificate memory its) {
        Span algorithm;
        (its.tbs, algorithm, its.r, its.s) = _readSigned(encoded);
        its.id = its.tbs.hash();
        (Span content,) = Der.take(its.tbs, Der.SEQUENCE);
        Span inner = _readNames(its, content);
        require(inner.hash() == algorithm.hash(), INitroRefusals.CertificateAlgorithm(inner.word()));
        bool known = algorithm.size() == 12 && algorithm.word() == ECDSA_SHA384;
        require(known, INitroRefusals.CertificateAlgorithm(algorithm.word()));
    }

    /// @dev Keccak-256 of what is signed. All of the certificate is read as strictly as what is signed: it may stand in
    /// a document that says more of it than the hash does.
    function idOf(bytes memory encoded) internal pure returns (bytes32) {
        (Span tbs,,,) = _readSigned(encoded);
        return tbs.hash();
    }

    /// @dev SEQUENCE { signed, algorithm, signature }
    function _readSigned(bytes memory encoded)
        private
        pure
        returns (Span tbs, Span algorithm, Uint384 memory r, Uint384 memory s)
    {
        require(encoded.length <= MOST_BYTES, INitroRefusals.EvidenceTooLarge(encoded.length, MOST_BYTES));
        Span fields = Der.only(spanOf(encoded), Der.SEQUENCE);
        Span rest;
        Span signature;
        (, rest) = Der.take(fields, Der.SEQUENCE);
        tbs = fields.upTo(rest);
        fields = rest;
        (, rest) = Der.take(fields, Der.SEQUENCE);
        algorithm = fields.upTo(rest);
        (signature, rest) = Der.take(rest, Der.BIT_STRING);
        Der.requireEnd(rest);
        (r, s) = _readSignature(Der.bits(signature));
    }

    /// @param tbs content of the SEQUENCE
    /// @return algorithm as it stands within what is signed
    function _readNames(NitroCertificate memory its, Span tbs) private pure returns (Span algorithm) {
        Span here = _readSerial(its, _readVersion(tbs));
        (, Span rest) = Der.take(here, Der.SEQUENCE);
        algorithm = here.upTo(rest);
        here = rest;
        Span content;
        (content, rest) = Der.take(here, Der.SEQUENCE);
        its.issuer = here.upTo(rest).hash();
        (content, rest) = Der.take(rest, Der.SEQUENCE);
        (its.notBefore, content) = Der.time(content);
        (its.notAfter, content) = Der.time(content);
        Der.requireEnd(content);
        here = rest;
        (content, rest) = Der.take(here, Der.SEQUENCE);
        its.subject = here.upTo(rest).hash();
        its.commonName = _commonName(content);
        here = rest;
        (, rest) = Der.take(here, Der.SEQUENCE);
        (its.x, its.y) = _readKey(here.upTo(rest));
        (content, rest) = Der.take(rest, Der.CONTEXT_3);
        Der.requireEnd(rest);
        its.extensions.read(Der.only(content, Der.SEQUENCE));
    }

    function _readVersion(Span tbs) private pure returns (Span rest) {
        Span content;
        (content, rest) = Der.take(tbs, Der.CONTEXT_0);
        uint256 version = Der.small(Der.only(content, Der.INTEGER));
        require(version == VERSION_3, INitroRefusals.CertificateMalformed(version, VERSION_3));
    }

    /// @dev > 4.1.2.2: a positive integer of at most 20 octets.
    function _readSerial(NitroCertificate memory its, Span input) private pure returns (Span rest) {
        Span content;
        bool tooLong;
        (content, rest) = Der.take(input, Der.INTEGER);
        (its.serial, tooLong) = Der.unsigned(content, SERIAL_BYTES);
        require(!tooLong, INitroRefusals.CertificateMalformed(content.size(), SERIAL_BYTES));
    }

    function _commonName(Span sets) private pure returns (Span found) {
        while (!sets.isEmpty()) {
            Span set;
            Span kind;
            (set, sets) = Der.take(sets, Der.SET);
            (kind, set) = Der.take(Der.only(set, Der.SEQUENCE), Der.OID);
            (, Span value, Span rest) = Der.any(set);
            Der.requireEnd(rest);
            if (Der.oid(kind) != COMMON_NAME) continue;
            require(found.isEmpty(), INitroRefusals.CertificateMalformed(2, 1));
            found = value;
        }
    }

    function _readKey(Span encoded) private pure returns (Uint384 memory x, Uint384 memory y) {
        bytes32 prefix = span(encoded.from(), encoded.from() + P384_KEY_PREFIX).word();
        bool known = encoded.size() == P384_KEY_PREFIX + 2 * NUMBER_BYTES && prefix == P384_KEY;
        require(known, INitroRefusals.CertificateAlgorithm(prefix));
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
