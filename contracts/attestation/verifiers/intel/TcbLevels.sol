// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TDX_TEE} from "./IntelTags.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {TcbClaim} from "./IIntelTcb.sol";
import {QeIdentity} from "./QeText.sol";
import {Rating} from "./Rating.sol";
import {Head, Words} from "./Words.sol";

/// @title Collateral as words, and which of its levels a platform reaches
/// @dev First word: issue date and next update (40 bits each), evaluation (32), PCE id (16), numbers of levels and of
/// modules (8 each), whether there is a `tdxModule`. TCB info: the two words of that module, then `Words`. QE identity:
/// MISCSELECT, its mask, product; attributes with their mask; mrsigner; a rating for each level.
library TcbLevels {
    using Words for uint256[];

    uint256 private constant HEAD = 3;
    uint256 private constant QE_HEAD = 4;
    /// @dev every second byte of a word, and the bit above each
    uint256 private constant BYTES = type(uint256).max / 0x101;
    uint256 private constant CARRIES = BYTES / 0xff << 8;

    function pack(Head memory head, uint256[] memory levels) internal pure returns (uint256[] memory words) {
        words = Words.allocate(levels.length + HEAD);
        words.push(_head(head));
        words.push(head.moduleHigh);
        words.push(head.moduleLow);
        words.append(levels);
    }

    function packQe(Head memory head, QeIdentity memory its) internal pure returns (uint256[] memory words) {
        words = Words.allocate(its.levels.length + QE_HEAD);
        words.push(_head(head));
        words.push(uint256(uint32(its.miscSelect)) << 224 | uint256(uint32(its.miscSelectMask)) << 192 | its.isvProdId);
        words.push(uint256(uint128(its.attributes)) << 128 | uint128(its.attributesMask));
        words.push(uint256(its.mrSigner));
        words.append(its.levels);
    }

    function issueDateOf(uint256[] memory words) internal pure returns (uint256) {
        return words[0] >> 216;
    }

    function nextUpdateOf(uint256[] memory words) internal pure returns (uint256) {
        return words[0] >> 176 & type(uint40).max;
    }

    function evaluationOf(uint256[] memory words) internal pure returns (uint256) {
        return words[0] >> 144 & type(uint32).max;
    }

    function pceIdOf(uint256[] memory words) internal pure returns (uint256) {
        return words[0] >> 128 & 0xffff;
    }

    /// @dev > Verify MRSIGNER, ISVPRODID, MISCSELECT and ATTRIBUTES under their masks; the first level whose ISVSVN is
    /// > not above the report's gives the status.
    function rateQe(uint256[] memory words, TcbClaim calldata claim) internal pure returns (Rating) {
        bytes32 signer = bytes32(words[3]);
        require(claim.qeSigner == signer, IIntelRefusals.QeSigner(claim.qeSigner, signer));
        bytes4 misc = claim.qeMiscSelect & bytes4(uint32(words[1] >> 192));
        require(misc == bytes4(bytes32(words[1])), IIntelRefusals.QeMiscselect(misc, bytes4(bytes32(words[1]))));
        bytes16 found = claim.qeAttributes & bytes16(uint128(words[2]));
        bytes16 expected = bytes16(bytes32(words[2]));
        require(found == expected, IIntelRefusals.QeAttributes(found, expected));
        uint256 product = words[1] & 0xffff;
        require(claim.qeProduct == product, IIntelRefusals.QeProduct(claim.qeProduct, product));
        for (uint256 i = QE_HEAD; i < words.length; ++i) {
            if (claim.qeSvn >= Rating.wrap(words[i]).svnOf()) return Rating.wrap(words[i]);
        }
        revert IIntelRefusals.QeSvn(claim.qeSvn);
    }

    /// @dev Of platform and TDX module; a TD 1.5 has two sets of SVNs, and both are rated.
    function rate(uint256[] memory words, TcbClaim calldata claim) internal pure returns (Rating rating) {
        rating = levelOf(words, claim, claim.teeTcbSvn);
        if (claim.tee != TDX_TEE) return rating;
        rating = rating.and(_module(words, claim, claim.teeTcbSvn));
        if (claim.teeTcbSvn2 == claim.teeTcbSvn) return rating;
        rating = rating.and(levelOf(words, claim, claim.teeTcbSvn2));
        return rating.and(_module(words, claim, claim.teeTcbSvn2));
    }

    /// @dev > All SGX TCB Comp SVNs and the PCESVN of the PCK certificate, and the TEE TCB SVNs from index 0
    /// > (from index 2, if the one at index 1 is not 0), must be greater or equal.
    function levelOf(uint256[] memory words, TcbClaim calldata claim, bytes16 svns) internal pure returns (Rating) {
        bool isTdx = claim.tee == TDX_TEE;
        uint256 mask = type(uint256).max;
        if (!isTdx) mask <<= 128;
        else if (svns[1] != 0) mask ^= uint256(0xffff) << 112;
        uint256 found = uint256(uint128(claim.components)) << 128 | uint128(svns);
        uint256 end = HEAD + 2 * (words[0] >> 120 & 0xff);
        for (uint256 i = HEAD; i < end; i += 2) {
            Rating its = Rating.wrap(words[i + 1]);
            bool reached = claim.pceSvn >= its.svnOf() && _reaches(found, words[i] & mask);
            if (reached && (!isTdx || its.isOfTdx())) return its;
        }
        revert IIntelRefusals.TcbLevelNone(claim.components, claim.pceSvn, svns);
    }

    /// @dev Whether no byte of one word is below that of the other: no lane of 16 bits borrows its 9th bit.
    function _reaches(uint256 found, uint256 wanted) private pure returns (bool) {
        unchecked {
            uint256 even = ((found & BYTES) | CARRIES) - (wanted & BYTES);
            uint256 odd = ((found >> 8 & BYTES) | CARRIES) - (wanted >> 8 & BYTES);
            return even & odd & CARRIES == CARRIES;
        }
    }

    /// @dev > If the SVN at index 1 is not 0, it is the major version: the module identity `TDX_<version>` has to
    /// > match,
    /// > and the highest of its levels whose isvsvn is not above the SVN at index 0 gives the status. If it is 0,
    /// > tdxModule has to match, and the levels of the platform rate the module.
    function _module(uint256[] memory words, TcbClaim calldata claim, bytes16 svns) private pure returns (Rating) {
        (uint256 minor, uint256 major) = (uint8(svns[0]), uint8(svns[1]));
        if (major == 0) {
            require(words[0] >> 104 & 1 == 1, IIntelRefusals.TdxModuleUnknown(0));
            _requireModule(claim, words[1], words[2]);
            return Rating.wrap(0);
        }
        uint256 next = HEAD + 2 * (words[0] >> 120 & 0xff);
        for (uint256 left = words[0] >> 112 & 0xff; left > 0; --left) {
            uint256 end = next + 3 + (words[next] & 0xff);
            if (words[next] >> 8 == major) return _moduleLevel(words, claim, next, end, minor);
            next = end;
        }
        revert IIntelRefusals.TdxModuleUnknown(major);
    }

    function _moduleLevel(
        uint256[] memory words,
        TcbClaim calldata claim,
        uint256 begin,
        uint256 end,
        uint256 minor
    ) private pure returns (Rating) {
        _requireModule(claim, words[begin + 1], words[begin + 2]);
        for (uint256 i = begin + 3; i < end; ++i) {
            if (minor >= Rating.wrap(words[i]).svnOf()) return Rating.wrap(words[i]);
        }
        revert IIntelRefusals.TdxModuleSvn(words[begin] >> 8, minor);
    }

    function _requireModule(TcbClaim calldata claim, uint256 high, uint256 low) private pure {
        bool same = claim.mrSignerSeamHigh == bytes32(high) && claim.mrSignerSeamLow == bytes16(bytes32(low));
        require(same, IIntelRefusals.TdxModuleSigner(claim.mrSignerSeamHigh, claim.mrSignerSeamLow));
        bytes8 found = claim.seamAttributes & bytes8(uint64(low));
        bytes8 expected = bytes8(uint64(low >> 64));
        require(found == expected, IIntelRefusals.TdxModuleAttributes(found, expected));
    }

    function _head(Head memory head) private pure returns (uint256) {
        return uint256(head.issueDate) << 216 | uint256(head.nextUpdate) << 176 | uint256(head.evaluation) << 144
            | uint256(uint16(head.pceId)) << 128 | head.levels << 120 | head.modules << 112
            | uint256(head.hasModule ? 1 : 0) << 104;
    }
}
