// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Cbor} from "./Cbor.sol";
import {INitroRefusals} from "./INitroRefusals.sol";
import {Span, span, spanOf} from "../x509/Span.sol";

/// @dev An attestation document, read and not verified. Absent and null are one: an empty span at 0.
struct NitroDocument {
    /// @dev the payload, which is what is signed, and the signature
    Span payload;
    Span signature;
    Span moduleId;
    /// @dev milliseconds since 1970
    uint256 timestamp;
    /// @dev by number; empty: missing
    Span[32] pcrs;
    Span certificate;
    /// @dev root first
    Span[] bundle;
    Span publicKey;
    Span userData;
    Span nonce;
}

/// @title The document inside a Nitro attestation, and its COSE envelope
/// @dev AWS Nitro Enclaves, "Verifying the root of trust"; RFC 9052. Nothing is verified here.
library NitroDocuments {
    /// @dev > The attestation document is at most 16 kB.
    uint256 internal constant MOST_BYTES = 16_384;
    uint256 private constant MOST_BUNDLE = 8;
    uint256 private constant MOST_FIELD_BYTES = 1024;
    uint256 private constant PCR_BYTES = 48;
    uint256 private constant MOST_PCR = 31;
    uint256 private constant TAG_18 = 0xd2;
    uint256 private constant ARRAY_OF_4 = 0x84;
    /// @dev {1: -35}: ES384, and nothing else
    bytes32 private constant PROTECTED = hex"a1013822";
    bytes32 private constant SHA384 = "SHA384";

    function read(bytes memory encoded) internal pure returns (NitroDocument memory its) {
        require(encoded.length <= MOST_BYTES, INitroRefusals.EvidenceTooLarge(encoded.length, MOST_BYTES));
        Span input = spanOf(encoded);
        if (Cbor.isNext(input, TAG_18)) input = span(input.from() + 1, input.to());
        require(
            Cbor.isNext(input, ARRAY_OF_4), INitroRefusals.NitroHeader(input.isEmpty() ? 0 : input.byteAt(0))
        );
        input = span(input.from() + 1, input.to());
        Span content;
        (content, input) = Cbor.take(input, Cbor.BYTES, "protected header");
        bool isEs384 = content.size() == 4 && content.word() == PROTECTED;
        require(isEs384, INitroRefusals.NitroAlgorithm(content.word()));
        (uint256 left, Span entries) = Cbor.map(input, "unprotected header");
        bool says;
        (says,, entries) = Cbor.more(left, entries);
        require(!says, INitroRefusals.NitroHeader(input.byteAt(0)));
        (its.payload, input) = Cbor.take(entries, Cbor.BYTES, "payload");
        (its.signature, input) = Cbor.take(input, Cbor.BYTES, "signature");
        Cbor.requireEnd(input);
        _readFields(its);
    }

    /// @dev > Sig_structure = ["Signature1", body_protected, external_aad, payload]
    function signed(NitroDocument memory its) internal pure returns (bytes memory) {
        uint256 length = its.payload.size();
        bytes memory head = abi.encodePacked(uint8(0x59), uint16(length));
        if (length < 256) head = abi.encodePacked(uint8(0x58), uint8(length));
        if (length < 24) head = abi.encodePacked(uint8(0x40 + length));
        return bytes.concat(
            hex"846a", "Signature1", hex"44", bytes4(PROTECTED), hex"40", head, copyOf(its.payload)
        );
    }

    function copyOf(Span input) internal pure returns (bytes memory copy) {
        (uint256 begin, uint256 length) = (input.from(), input.size());
        copy = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(copy, 0x20), begin, length)
        }
    }

    function _readFields(NitroDocument memory its) private pure {
        (uint256 left, Span rest) = Cbor.map(its.payload, "payload");
        uint256 seen = 0;
        bool another;
        (another, left, rest) = Cbor.more(left, rest);
        while (another) {
            Span name;
            (name, rest) = Cbor.take(rest, Cbor.TEXT, "name");
            uint256 field;
            (field, rest) = _readField(its, name.size() <= 32 ? name.word() : bytes32(0), rest);
            require(seen & field == 0, INitroRefusals.CborDuplicateKey(name.word()));
            seen |= field;
            (another, left, rest) = Cbor.more(left, rest);
        }
        Cbor.requireEnd(rest);
        _requireAll(seen);
    }

    /// @return field a bit of its own
    /// @return rest what follows its value
    function _readField(NitroDocument memory its, bytes32 name, Span value)
        private
        pure
        returns (uint256 field, Span rest)
    {
        if (name == "module_id") {
            (its.moduleId, rest) = Cbor.take(value, Cbor.TEXT, name);
            return (1, rest);
        }
        if (name == "digest") return (2, _readDigest(value));
        if (name == "timestamp") {
            (its.timestamp, rest) = Cbor.argumentOf(value, Cbor.UNSIGNED, name);
            return (4, rest);
        }
        if (name == "pcrs") return (8, _readPcrs(its, value));
        if (name == "certificate") {
            (its.certificate, rest) = Cbor.take(value, Cbor.BYTES, name);
            return (16, rest);
        }
        if (name == "cabundle") return (32, _readBundle(its, value));
        if (name == "public_key") {
            (its.publicKey, rest) = _optional(value, name);
            return (64, rest);
        }
        if (name == "user_data") {
            (its.userData, rest) = _optional(value, name);
            return (128, rest);
        }
        require(name == "nonce", INitroRefusals.NitroField(name, 0));
        (its.nonce, rest) = _optional(value, name);
        return (256, rest);
    }

    function _readDigest(Span value) private pure returns (Span rest) {
        Span digest;
        (digest, rest) = Cbor.take(value, Cbor.TEXT, "digest");
        require(digest.size() == 6 && digest.word() == SHA384, INitroRefusals.NitroDigest(digest.word()));
    }

    function _readPcrs(NitroDocument memory its, Span value) private pure returns (Span rest) {
        uint256 left;
        (left, rest) = Cbor.map(value, "pcrs");
        bool another;
        (another, left, rest) = Cbor.more(left, rest);
        while (another) {
            rest = _readPcr(its, rest);
            (another, left, rest) = Cbor.more(left, rest);
        }
    }

    function _readPcr(NitroDocument memory its, Span input) private pure returns (Span rest) {
        (uint256 major, uint256 index, Span value) = Cbor.head(input);
        bool known = major == Cbor.UNSIGNED && index <= MOST_PCR;
        require(known, INitroRefusals.NitroPcrIndex(input.byteAt(0), index));
        Span register;
        (register, rest) = Cbor.take(value, Cbor.BYTES, "pcrs");
        require(register.size() == PCR_BYTES, INitroRefusals.NitroPcrLength(index, register.size()));
        require(its.pcrs[index].isEmpty(), INitroRefusals.CborDuplicateKey(bytes32(index)));
        its.pcrs[index] = register;
    }

    function _readBundle(NitroDocument memory its, Span value) private pure returns (Span rest) {
        uint256 count;
        (count, rest) = Cbor.argumentOf(value, Cbor.ARRAY, "cabundle");
        require(count != 0 && count <= MOST_BUNDLE, INitroRefusals.NitroField("cabundle", count));
        its.bundle = new Span[](count);
        for (uint256 i = 0; i < count; ++i) (its.bundle[i], rest) = Cbor.take(rest, Cbor.BYTES, "cabundle");
    }

    function _optional(Span value, bytes32 name) private pure returns (Span content, Span rest) {
        if (Cbor.isNext(value, Cbor.NULL)) return (content, span(value.from() + 1, value.to()));
        (content, rest) = Cbor.take(value, Cbor.BYTES, name);
        require(content.size() <= MOST_FIELD_BYTES, INitroRefusals.NitroField(name, content.size()));
    }

    function _requireAll(uint256 seen) private pure {
        bytes32[6] memory names =
            [bytes32("module_id"), "digest", "timestamp", "pcrs", "certificate", "cabundle"];
        for (uint256 i = 0; i < names.length; ++i) {
            require(seen & (1 << i) != 0, INitroRefusals.NitroField(names[i], 0));
        }
    }
}
