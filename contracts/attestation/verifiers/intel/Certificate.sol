// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Der} from "../x509/Der.sol";
import {Extensions} from "../x509/Extensions.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {P256Signature} from "./P256Signature.sol";
import {Span, span, spanOf} from "../x509/Span.sol";

/// @dev One certificate, read and not verified.
struct Certificate {
    /// @dev SHA-256 of what is signed
    bytes32 digest;
    uint256 r;
    uint256 s;
    uint256 serial;
    /// @dev hashes of names, as DER
    bytes32 issuer;
    bytes32 subject;
    /// @dev hash of the subject's common name; zero: none
    bytes32 commonName;
    /// @dev Unix seconds; both ends belong to the time of validity
    uint40 notBefore;
    uint40 notAfter;
    uint256 x;
    uint256 y;
    Extensions extensions;
}

/// @title One X.509 certificate (RFC 5280), read strictly, as much of it as Intel uses
library Certificates {
    uint256 private constant MOST_BYTES = 4096;
    uint256 private constant SERIAL_BYTES = 20;
    uint256 private constant VERSION_3 = 2;
    /// @dev ecdsa-with-SHA256 (RFC 5758), the whole AlgorithmIdentifier
    bytes32 private constant ECDSA_SHA256 = hex"300a06082a8648ce3d040302";
    /// @dev a SubjectPublicKeyInfo of P-256 up to x (RFC 5480): named curve, uncompressed point
    bytes32 private constant P256_KEY = hex"3059301306072a8648ce3d020106082a8648ce3d030107034200" hex"04";
    uint256 private constant P256_KEY_PREFIX = 27;
    bytes32 private constant COMMON_NAME = keccak256(hex"550403");

    function read(bytes memory encoded) internal pure returns (Certificate memory its) {
        require(encoded.length <= MOST_BYTES, IIntelRefusals.EvidenceTooLarge(encoded.length, MOST_BYTES));
        Span tbs;
        Span algorithm;
        (tbs, algorithm, its.digest, its.r, its.s) = readSigned(encoded);
        Span inner = _readNames(its, tbs);
        require(inner.hash() == algorithm.hash(), IIntelRefusals.CertificateAlgorithm(inner.word()));
        _requireAlgorithm(algorithm);
    }

    /// @dev What certificates and revocation lists have in common: SEQUENCE { signed, algorithm, signature }.
    function readSigned(bytes memory encoded)
        internal
        pure
        returns (Span tbs, Span algorithm, bytes32 digest, uint256 r, uint256 s)
    {
        Span fields = Der.only(spanOf(encoded), Der.SEQUENCE);
        Span rest;
        Span signature;
        (tbs, rest) = Der.take(fields, Der.SEQUENCE);
        digest = _sha256(fields.upTo(rest));
        fields = rest;
        (, rest) = Der.take(fields, Der.SEQUENCE);
        algorithm = fields.upTo(rest);
        (signature, rest) = Der.take(rest, Der.BIT_STRING);
        Der.requireEnd(rest);
        (r, s) = _readSignature(Der.bits(signature));
    }

    /// @dev > 4.1.2.2: a positive integer of at most 20 octets.
    function readSerial(Span input) internal pure returns (uint256 serial, Span rest) {
        Span content;
        bool tooLong;
        (content, rest) = Der.take(input, Der.INTEGER);
        (serial, tooLong) = Der.unsigned(content, SERIAL_BYTES);
        require(!tooLong, IIntelRefusals.CertificateMalformed(content.size(), SERIAL_BYTES));
    }

    function requireAlgorithm(Span algorithm) internal pure {
        _requireAlgorithm(algorithm);
    }

    /// @return algorithm as it stands within what is signed
    function _readNames(Certificate memory its, Span tbs) private pure returns (Span algorithm) {
        Span rest = _readVersion(tbs);
        Span here;
        Span content;
        (its.serial, here) = readSerial(rest);
        (, rest) = Der.take(here, Der.SEQUENCE);
        algorithm = here.upTo(rest);
        here = rest;
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
        require(version == VERSION_3, IIntelRefusals.CertificateMalformed(version, VERSION_3));
    }

    function _commonName(Span sets) private pure returns (bytes32 found) {
        while (!sets.isEmpty()) {
            Span set;
            Span kind;
            (set, sets) = Der.take(sets, Der.SET);
            (kind, set) = Der.take(Der.only(set, Der.SEQUENCE), Der.OID);
            (, Span value, Span rest) = Der.any(set);
            Der.requireEnd(rest);
            if (Der.oid(kind) != COMMON_NAME) continue;
            require(found == 0, IIntelRefusals.CertificateMalformed(2, 1));
            found = value.hash();
        }
    }

    function _readKey(Span encoded) private pure returns (uint256 x, uint256 y) {
        bytes32 prefix = span(encoded.from(), encoded.from() + P256_KEY_PREFIX).word();
        require(
            encoded.size() == P256_KEY_PREFIX + 64 && prefix == P256_KEY, IIntelRefusals.CertificateAlgorithm(prefix)
        );
        uint256 offset = encoded.from() + P256_KEY_PREFIX;
        assembly ("memory-safe") {
            x := mload(offset)
            y := mload(add(offset, 32))
        }
        P256Signature.requirePoint(x, y);
    }

    /// @dev `SEQUENCE { r, s }`
    function _readSignature(Span bits) private pure returns (uint256 r, uint256 s) {
        Span content;
        bool tooLongR;
        bool tooLongS;
        (content, bits) = Der.take(Der.only(bits, Der.SEQUENCE), Der.INTEGER);
        (r, tooLongR) = Der.unsigned(content, 32);
        (content, bits) = Der.take(bits, Der.INTEGER);
        (s, tooLongS) = Der.unsigned(content, 32);
        Der.requireEnd(bits);
        require(!tooLongR && !tooLongS, IIntelRefusals.SignatureOutOfRange(r, s));
    }

    function _requireAlgorithm(Span algorithm) private pure {
        bool known = algorithm.size() == 12 && algorithm.word() == ECDSA_SHA256;
        require(known, IIntelRefusals.CertificateAlgorithm(algorithm.word()));
    }

    function _sha256(Span input) private pure returns (bytes32 digest) {
        bytes memory copy = new bytes(input.size());
        (uint256 begin, uint256 length) = (input.from(), input.size());
        assembly ("memory-safe") {
            mcopy(add(copy, 32), begin, length)
        }
        digest = sha256(copy);
    }
}
