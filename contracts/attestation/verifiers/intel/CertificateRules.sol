// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Certificate} from "../x509/Certificate.sol";
import {DIGITAL_SIGNATURE, KEY_CERT_SIGN} from "../x509/Extensions.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";

/// @title What a certificate has to be for its place in a chain (RFC 5280, 6.1)
library CertificateRules {
    /// @param below how many CAs stand between this one and the leaf
    function requireCa(Certificate memory its, uint256 below) internal pure {
        require(its.extensions.isCa, IIntelRefusals.ChainNotCa(its.serial));
        _requireUsage(its, KEY_CERT_SIGN);
        uint256 most = its.extensions.pathLength;
        require(below <= most, IIntelRefusals.ChainPathLength(its.serial, below, most));
    }

    function requireLeaf(Certificate memory its) internal pure {
        require(!its.extensions.isCa, IIntelRefusals.ChainLeafIsCa(its.serial));
        _requireUsage(its, DIGITAL_SIGNATURE);
    }

    function requireInForce(Certificate memory its) internal view {
        requireValid(its.serial, its.notBefore, its.notAfter);
    }

    /// @dev Both ends belong to the time of validity.
    function requireValid(uint256 serial, uint256 notBefore, uint256 notAfter) internal view {
        uint256 time = block.timestamp;
        require(time >= notBefore, IIntelRefusals.CertificateNotYetValid(serial, notBefore, time));
        require(time <= notAfter, IIntelRefusals.CertificateExpired(serial, notAfter, time));
    }

    function later(uint40 a, uint40 b) internal pure returns (uint40) {
        return a > b ? a : b;
    }

    function earlier(uint40 a, uint40 b) internal pure returns (uint40) {
        return a < b ? a : b;
    }

    function _requireUsage(Certificate memory its, uint256 needed) private pure {
        bool allowed = its.extensions.allows(needed);
        require(allowed, IIntelRefusals.ChainKeyUsage(its.serial, its.extensions.usage, needed));
    }
}
