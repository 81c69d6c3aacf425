// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {AdvisoryList} from "../../../../../contracts/attestation/verifiers/intel/Advisories.sol";
import {
    IntelCertificate,
    IntelCertificateReader
} from "../../../../../contracts/attestation/verifiers/intel/IntelCertificate.sol";
import {Platform} from "../../../../../contracts/attestation/verifiers/intel/IIntelCertificates.sol";
import {IIntelRefusals} from "../../../../../contracts/attestation/verifiers/intel/IIntelRefusals.sol";
import {TcbClaim} from "../../../../../contracts/attestation/verifiers/intel/IIntelTcb.sol";
import {Certificate} from "../../../../../contracts/attestation/verifiers/x509/Certificate.sol";
import {Moment} from "../../../../../contracts/attestation/verifiers/x509/Moment.sol";
import {PckExtensions} from "../../../../../contracts/attestation/verifiers/intel/PckExtension.sol";
import {Pem} from "../../../../../contracts/attestation/verifiers/intel/Pem.sol";
import {QeIdentity, QeText} from "../../../../../contracts/attestation/verifiers/intel/QeText.sol";
import {Quote, Quotes} from "../../../../../contracts/attestation/verifiers/intel/Quote.sol";
import {
    RevocationList,
    RevocationLists
} from "../../../../../contracts/attestation/verifiers/intel/RevocationList.sol";
import {Span} from "../../../../../contracts/attestation/verifiers/x509/Span.sol";
import {TcbLevels} from "../../../../../contracts/attestation/verifiers/intel/TcbLevels.sol";
import {TcbText} from "../../../../../contracts/attestation/verifiers/intel/TcbText.sol";
import {Head, Words} from "../../../../../contracts/attestation/verifiers/intel/Words.sol";
import {TDX_TEE} from "../../../../../contracts/attestation/verifiers/intel/IntelTags.sol";

/// @dev Each reader behind a call of its own, so that what it refuses can be caught.
contract ReaderHarness is IIntelRefusals {
    using Words for uint256[];
    using TcbLevels for uint256[];

    AdvisoryList private _advisories;

    /// @dev Hash of all that was read.
    function certificate(bytes calldata encoded) external pure returns (bytes32) {
        IntelCertificate memory its = IntelCertificateReader.read(encoded);
        Certificate memory all = its.said;
        bytes32 said = keccak256(abi.encode(all.serial, all.issuer, all.subject, all.notBefore, all.notAfter));
        return keccak256(abi.encode(its.digest, its.r, its.s, its.x, its.y, said));
    }

    function platform(bytes calldata encoded) external pure returns (bytes32) {
        Platform memory its = PckExtensions.read(IntelCertificateReader.read(encoded).said.extensions);
        return keccak256(abi.encode(its));
    }

    /// @dev The last serial number, and a hash of all that was read.
    function list(bytes calldata encoded) external pure returns (uint256 serial, bytes32 said) {
        RevocationList memory its = RevocationLists.read(encoded);
        said = keccak256(abi.encode(its.digest, its.r, its.s, its.issuer, its.thisUpdate, its.nextUpdate));
        Span entries = its.entries;
        while (!entries.isEmpty()) (serial, entries) = RevocationLists.next(entries);
    }

    function tcbInfo(bytes calldata text) external returns (bytes32) {
        (Head memory head, uint256[] memory words) = TcbText.read(text, _advisories);
        return keccak256(abi.encode(TcbLevels.pack(head, words)));
    }

    function qeIdentity(bytes calldata text) external returns (bytes32) {
        (Head memory head, QeIdentity memory its) = QeText.read(text, _advisories);
        return keccak256(abi.encode(TcbLevels.packQe(head, its)));
    }

    function quote(bytes calldata data) external pure returns (Quote memory) {
        uint256 version = Quotes.readHeader(data, 0x81);
        return Quotes.readParts(data, version, 48, 584);
    }

    function pem(bytes calldata text) external pure returns (bytes memory) {
        return Pem.decode(text, 1)[0];
    }

    function moment(uint256 time) external pure returns (uint256 found) {
        uint256 year = 1970;
        uint256 day = time / 86_400;
        for (; day >= (_isLeap(year) ? 366 : 365); ++year) day -= _isLeap(year) ? 366 : 365;
        uint256[12] memory months = [uint256(31), _isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        uint256 month = 0;
        for (; day >= months[month]; ++month) day -= months[month];
        uint256 clock = (time % 86_400 / 3600) << 32 | (time % 3600 / 60) << 16 | time % 60;
        (, found) = Moment.secondsOf(year, month + 1, day + 1, clock);
    }

    /// @dev Through a level of its own: all SVNs of SGX in one half, of TDX in the other.
    function reaches(bytes32 found, bytes32 wanted) external view returns (bool) {
        try this.level(found, wanted) {
            return true;
        } catch {
            return false;
        }
    }

    function level(bytes32 found, bytes32 wanted) external view returns (uint256) {
        uint256[] memory words = Words.allocate(5);
        words.push(uint256(1) << 120 | uint256(1) << 104);
        words.push(0);
        words.push(0);
        words.push(uint256(wanted));
        words.push(1 << 248);
        return this.rate(words, _claim(found));
    }

    /// @dev With the module's version 0, so that every SVN counts.
    function rate(uint256[] memory words, TcbClaim calldata claim) external pure returns (uint256) {
        return TcbLevels.levelOf(words, claim, claim.teeTcbSvn).advisoriesOf();
    }

    function encode(bytes memory data) external pure returns (bytes memory text) {
        bytes memory digits = bytes(Base64.encode(data));
        text = "-----BEGIN CERTIFICATE-----\n";
        for (uint256 i = 0; i < digits.length; i += 64) {
            uint256 size = digits.length - i < 64 ? digits.length - i : 64;
            bytes memory line = new bytes(size);
            for (uint256 j = 0; j < size; ++j) line[j] = digits[i + j];
            text = bytes.concat(text, line, "\n");
        }
        text = bytes.concat(text, "-----END CERTIFICATE-----\n");
    }

    function _claim(bytes32 found) private pure returns (TcbClaim memory claim) {
        claim.tee = TDX_TEE;
        claim.components = bytes16(found);
        claim.teeTcbSvn = bytes16(found << 128);
    }

    function _isLeap(uint256 year) private pure returns (bool) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }
}
