// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {NitroDer} from "./NitroDer.sol";
import {INitroRefusals} from "./INitroRefusals.sol";
import {Span} from "./Span.sol";

/// @dev What certificates say beside names and key.
struct NitroExtensions {
    bool isCa;
    /// @dev how many CAs may stand below; the largest number where nothing is said
    uint256 pathLength;
    /// @dev 16 bits, the first of them `digitalSignature`; zero: the extension is absent
    uint256 usage;
    /// @dev hash of the key's id; zero: none
    bytes32 keyId;
    /// @dev hash of the id of the issuer's key; zero: none
    bytes32 issuerKeyId;
}

using {NitroExtensionReader.read, NitroExtensionReader.allows} for NitroExtensions global;

uint256 constant DIGITAL_SIGNATURE = 0x8000;
uint256 constant KEY_CERT_SIGN = 0x0400;

/// @title Extensions of certificates
/// @dev Each at most once; what is critical is understood, or the certificate is refused.
library NitroExtensionReader {
    bytes32 private constant SUBJECT_KEY_ID = keccak256(hex"551d0e");
    bytes32 private constant KEY_USAGE = keccak256(hex"551d0f");
    bytes32 private constant BASIC_CONSTRAINTS = keccak256(hex"551d13");
    bytes32 private constant AUTHORITY_KEY_ID = keccak256(hex"551d23");
    uint256 private constant MOST = 16;

    /// @param list content of the SEQUENCE of extensions
    function read(NitroExtensions memory self, Span list) internal pure {
        self.pathLength = type(uint256).max;
        bytes32[] memory seen = new bytes32[](MOST);
        for (uint256 count = 0; !list.isEmpty(); ++count) {
            Span value;
            (seen[count < MOST ? count : 0], value, list) = _next(list, seen, count);
            _keep(self, seen[count], value);
        }
    }

    function allows(NitroExtensions memory self, uint256 use) internal pure returns (bool) {
        return self.usage & use != 0;
    }

    function _next(Span list, bytes32[] memory seen, uint256 count)
        private
        pure
        returns (bytes32 oid, Span value, Span rest)
    {
        Span fields;
        (fields, rest) = NitroDer.take(list, NitroDer.SEQUENCE);
        (value, fields) = NitroDer.take(fields, NitroDer.OID);
        oid = NitroDer.oid(value);
        require(count < MOST, INitroRefusals.CertificateExtension(oid));
        for (uint256 i = 0; i < count; ++i) require(seen[i] != oid, INitroRefusals.CertificateExtension(oid));
        if (NitroDer.isNext(fields, NitroDer.BOOLEAN)) {
            (value, fields) = NitroDer.take(fields, NitroDer.BOOLEAN);
            require(NitroDer.boolean(value) && _isUnderstood(oid), INitroRefusals.CertificateExtension(oid));
        }
        value = NitroDer.only(fields, NitroDer.OCTET_STRING);
    }

    function _isUnderstood(bytes32 oid) private pure returns (bool) {
        return oid == SUBJECT_KEY_ID || oid == KEY_USAGE || oid == BASIC_CONSTRAINTS || oid == AUTHORITY_KEY_ID;
    }

    function _keep(NitroExtensions memory self, bytes32 oid, Span value) private pure {
        if (oid == BASIC_CONSTRAINTS) {
            _readConstraints(self, NitroDer.only(value, NitroDer.SEQUENCE));
        } else if (oid == KEY_USAGE) {
            self.usage = _readUsage(NitroDer.only(value, NitroDer.BIT_STRING));
        } else if (oid == SUBJECT_KEY_ID) {
            self.keyId = _idOf(oid, NitroDer.only(value, NitroDer.OCTET_STRING));
        } else if (oid == AUTHORITY_KEY_ID) {
            // the key's id alone: an issuer's name and serial number are refused as left over
            Span fields = NitroDer.only(value, NitroDer.SEQUENCE);
            self.issuerKeyId = _idOf(oid, NitroDer.only(fields, NitroDer.CONTEXT_0_PRIMITIVE));
        }
    }

    function _readConstraints(NitroExtensions memory self, Span fields) private pure {
        Span content;
        if (NitroDer.isNext(fields, NitroDer.BOOLEAN)) {
            (content, fields) = NitroDer.take(fields, NitroDer.BOOLEAN);
            self.isCa = NitroDer.boolean(content);
        }
        if (NitroDer.isNext(fields, NitroDer.INTEGER)) {
            (content, fields) = NitroDer.take(fields, NitroDer.INTEGER);
            require(self.isCa, INitroRefusals.CertificateExtension(BASIC_CONSTRAINTS));
            self.pathLength = NitroDer.small(content);
        }
        NitroDer.requireEnd(fields);
    }

    /// @dev > X.690, 11.2.2: a BIT STRING with named bits has no trailing 0 bits.
    function _readUsage(Span content) private pure returns (uint256 usage) {
        uint256 length = content.size();
        bool fits = length == 2 || length == 3;
        uint256 unused = fits ? content.byteAt(0) : 8;
        uint256 last = fits ? content.byteAt(length - 1) : 0;
        bool minimal = unused < 8 && last >> unused & 1 == 1 && last & ((1 << unused) - 1) == 0;
        require(minimal, INitroRefusals.CertificateExtension(KEY_USAGE));
        usage = content.byteAt(1) << 8;
        if (length == 3) usage |= content.byteAt(2);
    }

    /// @dev An empty id would fit whoever has none.
    function _idOf(bytes32 oid, Span id) private pure returns (bytes32) {
        require(!id.isEmpty(), INitroRefusals.CertificateExtension(oid));
        return id.hash();
    }
}
