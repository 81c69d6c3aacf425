// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Certificate, Signed, X509} from "../x509/Certificate.sol";
import {Der} from "../x509/Der.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {IX509Refusals} from "../x509/IX509Refusals.sol";
import {P256Signature} from "./P256Signature.sol";
import {Span, span} from "../x509/Span.sol";

/// @dev One certificate, read and not verified.
struct IntelCertificate {
    Certificate said;
    /// @dev SHA-256 of what is signed
    bytes32 digest;
    uint256 r;
    uint256 s;
    uint256 x;
    uint256 y;
}

/// @title One X.509 certificate as Intel makes them: of P-256 with SHA-256
library IntelCertificateReader {
    uint256 private constant MOST_BYTES = 4096;
    /// @dev ecdsa-with-SHA256 (RFC 5758), the whole AlgorithmIdentifier
    bytes32 private constant ECDSA_SHA256 = hex"300a06082a8648ce3d040302";
    /// @dev a SubjectPublicKeyInfo of P-256 up to x (RFC 5480): named curve, uncompressed point
    bytes32 private constant P256_KEY = hex"3059301306072a8648ce3d020106082a8648ce3d030107034200" hex"04";
    uint256 private constant P256_KEY_PREFIX = 27;

    function read(bytes memory encoded) internal pure returns (IntelCertificate memory its) {
        require(encoded.length <= MOST_BYTES, IIntelRefusals.EvidenceTooLarge(encoded.length, MOST_BYTES));
        Signed memory signed = X509.readSigned(encoded);
        its.said = X509.readCertificate(signed);
        (its.digest, its.r, its.s) = readSignature(signed);
        (its.x, its.y) = _readKey(its.said.key);
    }

    /// @return digest SHA-256 of what is signed
    function readSignature(Signed memory signed) internal pure returns (bytes32 digest, uint256 r, uint256 s) {
        Span algorithm = signed.algorithm;
        bool known = algorithm.size() == 12 && algorithm.word() == ECDSA_SHA256;
        require(known, IX509Refusals.CertificateAlgorithm(algorithm.word()));
        (r, s) = _readNumbers(Der.only(signed.signature, Der.SEQUENCE));
        digest = _sha256(signed.tbs);
    }

    /// @dev Hash of the subject's common name; zero: none.
    function nameOf(IntelCertificate memory its) internal pure returns (bytes32) {
        Span name = its.said.commonName;
        return name.isEmpty() ? bytes32(0) : name.hash();
    }

    function _readKey(Span encoded) private pure returns (uint256 x, uint256 y) {
        bytes32 prefix = span(encoded.from(), encoded.from() + P256_KEY_PREFIX).word();
        require(
            encoded.size() == P256_KEY_PREFIX + 64 && prefix == P256_KEY, IX509Refusals.CertificateAlgorithm(prefix)
        );
        uint256 offset = encoded.from() + P256_KEY_PREFIX;
        assembly ("memory-safe") {
            x := mload(offset)
            y := mload(add(offset, 32))
        }
        P256Signature.requirePoint(x, y);
    }

    /// @dev INTEGER r, INTEGER s
    function _readNumbers(Span numbers) private pure returns (uint256 r, uint256 s) {
        Span content;
        bool tooLongR;
        bool tooLongS;
        (content, numbers) = Der.take(numbers, Der.INTEGER);
        (r, tooLongR) = Der.unsigned(content, 32);
        (s, tooLongS) = Der.unsigned(Der.only(numbers, Der.INTEGER), 32);
        require(!tooLongR && !tooLongS, IIntelRefusals.SignatureOutOfRange(r, s));
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
