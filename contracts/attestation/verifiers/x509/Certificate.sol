// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Der} from "./Der.sol";
import {Extensions} from "./Extensions.sol";
import {IX509Refusals} from "./IX509Refusals.sol";
import {Span, spanOf} from "./Span.sol";

/// @dev What certificates and revocation lists have in common: SEQUENCE { tbs, algorithm, signature }
struct Signed {
    /// @dev what is signed (`tbsCertificate`, `tbsCertList`)
    Span tbs;
    Span algorithm;
    /// @dev content of the BIT STRING
    Span signature;
}

/// @dev What a certificate says, whoever has signed it and with which algorithm; read and not verified.
struct Certificate {
    uint256 serial;
    /// @dev hashes of names, as DER
    bytes32 issuer;
    bytes32 subject;
    /// @dev the subject's; no bytes: none
    Span commonName;
    /// @dev Unix seconds; both ends belong to the time of validity
    uint40 notBefore;
    uint40 notAfter;
    /// @dev SubjectPublicKeyInfo, as DER
    Span key;
    Extensions extensions;
}

/// @title Certificates of X.509 (RFC 5280), read strictly: what does not hang on who issues them
library X509 {
    uint256 private constant SERIAL_BYTES = 20;
    uint256 private constant VERSION_3 = 2;
    bytes32 private constant COMMON_NAME = keccak256(hex"550403");

    function readSigned(bytes memory encoded) internal pure returns (Signed memory its) {
        Span fields = Der.only(spanOf(encoded), Der.SEQUENCE);
        (, Span rest) = Der.take(fields, Der.SEQUENCE);
        its.tbs = fields.upTo(rest);
        fields = rest;
        (, rest) = Der.take(fields, Der.SEQUENCE);
        its.algorithm = fields.upTo(rest);
        its.signature = Der.bits(Der.only(rest, Der.BIT_STRING));
    }

    /// @dev > 4.1.1.2: the algorithm within what is signed is the one beside it.
    function readCertificate(Signed memory it) internal pure returns (Certificate memory its) {
        Span here = _readVersion(Der.only(it.tbs, Der.SEQUENCE));
        Span rest;
        (its.serial, here) = readSerial(here);
        (, rest) = Der.take(here, Der.SEQUENCE);
        _requireSame(here.upTo(rest), it.algorithm);
        here = rest;
        (, rest) = Der.take(here, Der.SEQUENCE);
        its.issuer = here.upTo(rest).hash();
        Span content;
        (content, here) = Der.take(rest, Der.SEQUENCE);
        (its.notBefore, content) = Der.time(content);
        (its.notAfter, content) = Der.time(content);
        Der.requireEnd(content);
        (content, rest) = Der.take(here, Der.SEQUENCE);
        (its.subject, its.commonName) = (here.upTo(rest).hash(), _commonName(content));
        here = rest;
        (, rest) = Der.take(here, Der.SEQUENCE);
        its.key = here.upTo(rest);
        its.extensions.read(Der.only(Der.only(rest, Der.CONTEXT_3), Der.SEQUENCE));
    }

    /// @dev > 4.1.2.2: a positive integer of at most 20 octets.
    function readSerial(Span input) internal pure returns (uint256 serial, Span rest) {
        Span content;
        bool tooLong;
        (content, rest) = Der.take(input, Der.INTEGER);
        (serial, tooLong) = Der.unsigned(content, SERIAL_BYTES);
        require(!tooLong, IX509Refusals.CertificateMalformed(content.size(), SERIAL_BYTES));
    }

    function _readVersion(Span tbs) private pure returns (Span rest) {
        Span content;
        (content, rest) = Der.take(tbs, Der.CONTEXT_0);
        uint256 version = Der.small(Der.only(content, Der.INTEGER));
        require(version == VERSION_3, IX509Refusals.CertificateMalformed(version, VERSION_3));
    }

    function _requireSame(Span inner, Span outer) private pure {
        require(inner.hash() == outer.hash(), IX509Refusals.CertificateAlgorithm(inner.word()));
    }

    function _commonName(Span sets) private pure returns (Span name) {
        bool found = false;
        while (!sets.isEmpty()) {
            Span set;
            Span kind;
            (set, sets) = Der.take(sets, Der.SET);
            (kind, set) = Der.take(Der.only(set, Der.SEQUENCE), Der.OID);
            (, Span value, Span rest) = Der.any(set);
            Der.requireEnd(rest);
            if (Der.oid(kind) != COMMON_NAME) continue;
            require(!found, IX509Refusals.CertificateMalformed(2, 1));
            (found, name) = (true, value);
        }
    }
}
