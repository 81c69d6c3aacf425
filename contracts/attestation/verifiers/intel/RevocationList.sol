// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IntelCertificateReader} from "./IntelCertificate.sol";
import {Signed, X509} from "../x509/Certificate.sol";
import {Der} from "../x509/Der.sol";
import {ExtensionReader} from "../x509/Extensions.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {Span} from "../x509/Span.sol";

/// @dev One list, read and not verified.
struct RevocationList {
    bytes32 digest;
    uint256 r;
    uint256 s;
    /// @dev hash of the issuer's name, as DER
    bytes32 issuer;
    /// @dev Unix seconds
    uint40 thisUpdate;
    /// @dev Unix seconds
    uint40 nextUpdate;
    /// @dev entries that `RevocationLists.next` reads
    Span entries;
}

/// @title One certificate revocation list (RFC 5280, 5), complete and of its issuer alone
library RevocationLists {
    uint256 private constant MOST_BYTES = 1 << 17;
    uint256 private constant VERSION_2 = 1;

    function read(bytes memory encoded) internal pure returns (RevocationList memory its) {
        require(encoded.length <= MOST_BYTES, IIntelRefusals.EvidenceTooLarge(encoded.length, MOST_BYTES));
        Signed memory signed = X509.readSigned(encoded);
        (its.digest, its.r, its.s) = IntelCertificateReader.readSignature(signed);
        (Span content, Span rest) = Der.take(Der.only(signed.tbs, Der.SEQUENCE), Der.INTEGER);
        uint256 version = Der.small(content);
        require(version == VERSION_2, IIntelRefusals.CrlMalformed(version, VERSION_2));
        _readFields(its, rest, signed.algorithm);
    }

    /// @dev Reads one entry whole; whoever wants the next goes on with `rest`.
    function next(Span entries) internal pure returns (uint256 serial, Span rest) {
        Span entry;
        (entry, rest) = Der.take(entries, Der.SEQUENCE);
        (serial, entry) = X509.readSerial(entry);
        (, entry) = Der.time(entry);
        if (!entry.isEmpty()) ExtensionReader.skip(Der.only(entry, Der.SEQUENCE));
    }

    function _readFields(RevocationList memory its, Span here, Span algorithm) private pure {
        Span content;
        (, Span rest) = Der.take(here, Der.SEQUENCE);
        require(here.upTo(rest).hash() == algorithm.hash(), IIntelRefusals.CrlMalformed(0, 0));
        here = rest;
        (, rest) = Der.take(here, Der.SEQUENCE);
        its.issuer = here.upTo(rest).hash();
        (its.thisUpdate, rest) = Der.time(rest);
        (its.nextUpdate, rest) = Der.time(rest);
        if (Der.isNext(rest, Der.SEQUENCE)) (its.entries, rest) = Der.take(rest, Der.SEQUENCE);
        // a delta or a partial list says so in a critical extension, and is refused there
        content = Der.only(rest, Der.CONTEXT_0);
        ExtensionReader.skip(Der.only(content, Der.SEQUENCE));
    }
}
