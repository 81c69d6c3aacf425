// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Der} from "./Der.sol";
import {IX509Refusals} from "./IX509Refusals.sol";
import {Span} from "./Span.sol";

/// @dev What certificates say beside names and key.
struct Extensions {
    bool isCa;
    /// @dev how many CAs may stand below; the largest number where nothing is said
    uint256 pathLength;
    /// @dev 16 bits, the first of them `digitalSignature`; zero: the extension is absent
    uint256 usage;
    /// @dev hash of the key's id; zero: none, or one of no bytes
    bytes32 keyId;
    /// @dev hash of the id of the issuer's key; zero: none. One of no bytes is that of no key
    bytes32 issuerKeyId;
    /// @dev all of them, for those that a vendor adds
    Span list;
}

using {ExtensionReader.read, ExtensionReader.allows, ExtensionReader.find} for Extensions global;

uint256 constant DIGITAL_SIGNATURE = 0x8000;
uint256 constant KEY_CERT_SIGN = 0x0400;
uint256 constant CRL_SIGN = 0x0200;

/// @title Extensions of certificates and of revocation lists
/// @dev Each at most once; what is critical is understood, or the certificate is refused.
library ExtensionReader {
    bytes32 private constant SUBJECT_KEY_ID = keccak256(hex"551d0e");
    bytes32 private constant KEY_USAGE = keccak256(hex"551d0f");
    bytes32 private constant BASIC_CONSTRAINTS = keccak256(hex"551d13");
    bytes32 private constant AUTHORITY_KEY_ID = keccak256(hex"551d23");
    uint256 private constant MOST = 16;

    /// @param list content of the SEQUENCE of extensions
    function read(Extensions memory self, Span list) internal pure {
        (self.pathLength, self.list) = (type(uint256).max, list);
        bytes32[] memory seen = new bytes32[](MOST);
        for (uint256 count = 0; !list.isEmpty(); ++count) {
            Span value;
            (seen[count < MOST ? count : 0], value, list) = _next(list, seen, count);
            _keep(self, seen[count], value);
        }
    }

    /// @dev DANGER: of extensions that `read` has read; the value of one, or no bytes.
    function find(Extensions memory self, bytes32 wanted) internal pure returns (Span value) {
        Span list = self.list;
        while (!list.isEmpty()) {
            (Span fields, Span rest) = Der.take(list, Der.SEQUENCE);
            (Span oid, Span content) = Der.take(fields, Der.OID);
            if (oid.hash() == wanted) {
                if (Der.isNext(content, Der.BOOLEAN)) (, content) = Der.take(content, Der.BOOLEAN);
                return Der.only(content, Der.OCTET_STRING);
            }
            list = rest;
        }
    }

    /// @dev Those of a list, or of an entry of one: none has a meaning here, so none may be critical but a key's id.
    function skip(Span list) internal pure {
        bytes32[] memory seen = new bytes32[](MOST);
        for (uint256 count = 0; !list.isEmpty(); ++count) {
            (seen[count < MOST ? count : 0],, list) = _next(list, seen, count);
        }
    }

    function allows(Extensions memory self, uint256 use) internal pure returns (bool) {
        return self.usage & use != 0;
    }

    function _next(Span list, bytes32[] memory seen, uint256 count)
        private
        pure
        returns (bytes32 oid, Span value, Span rest)
    {
        Span fields;
        (fields, rest) = Der.take(list, Der.SEQUENCE);
        (value, fields) = Der.take(fields, Der.OID);
        oid = Der.oid(value);
        require(count < MOST, IX509Refusals.CertificateExtension(oid));
        for (uint256 i = 0; i < count; ++i) require(seen[i] != oid, IX509Refusals.CertificateExtension(oid));
        if (Der.isNext(fields, Der.BOOLEAN)) {
            (value, fields) = Der.take(fields, Der.BOOLEAN);
            require(Der.boolean(value) && _isUnderstood(oid), IX509Refusals.CertificateExtension(oid));
        }
        value = Der.only(fields, Der.OCTET_STRING);
    }

    function _isUnderstood(bytes32 oid) private pure returns (bool) {
        return oid == SUBJECT_KEY_ID || oid == KEY_USAGE || oid == BASIC_CONSTRAINTS || oid == AUTHORITY_KEY_ID;
    }

    function _keep(Extensions memory self, bytes32 oid, Span value) private pure {
        if (oid == BASIC_CONSTRAINTS) {
            _readConstraints(self, Der.only(value, Der.SEQUENCE));
        } else if (oid == KEY_USAGE) {
            self.usage = _readUsage(Der.only(value, Der.BIT_STRING));
        } else if (oid == SUBJECT_KEY_ID) {
            Span id = Der.only(value, Der.OCTET_STRING);
            self.keyId = id.isEmpty() ? bytes32(0) : id.hash();
        } else if (oid == AUTHORITY_KEY_ID) {
            // the key's id alone: an issuer's name and serial number are refused as left over
            self.issuerKeyId = Der.only(Der.only(value, Der.SEQUENCE), Der.CONTEXT_0_PRIMITIVE).hash();
        }
    }

    function _readConstraints(Extensions memory self, Span fields) private pure {
        Span content;
        if (Der.isNext(fields, Der.BOOLEAN)) {
            (content, fields) = Der.take(fields, Der.BOOLEAN);
            self.isCa = Der.boolean(content);
        }
        if (Der.isNext(fields, Der.INTEGER)) {
            (content, fields) = Der.take(fields, Der.INTEGER);
            require(self.isCa, IX509Refusals.CertificateExtension(BASIC_CONSTRAINTS));
            self.pathLength = Der.small(content);
        }
        Der.requireEnd(fields);
    }

    /// @dev > X.690, 11.2.2: a BIT STRING with named bits has no trailing 0 bits.
    function _readUsage(Span content) private pure returns (uint256 usage) {
        uint256 length = content.size();
        bool fits = length == 2 || length == 3;
        uint256 unused = fits ? content.byteAt(0) : 8;
        uint256 last = fits ? content.byteAt(length - 1) : 0;
        bool minimal = unused < 8 && last >> unused & 1 == 1 && last & ((1 << unused) - 1) == 0;
        require(minimal, IX509Refusals.CertificateExtension(KEY_USAGE));
        usage = content.byteAt(1) << 8;
        if (length == 3) usage |= content.byteAt(2);
    }
}
