// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DataContract} from "./DataContract.sol";
import {Platform} from "./IIntelCertificates.sol";

/// @title The platform of a PCK certificate, as words that stand in code: read at every verification, written once
/// @dev x; y; components (16 bytes), FMSPC (6), PCE id (2), PCESVN (2), authority (2); PPID (16), beginning and end (5
/// each); serial number. From the left.
library PckRecords {
    /// @param issuer index of the CA among the authorities
    function write(Platform memory its, uint256 issuer, uint256 serial) internal returns (address) {
        uint256[] memory words = new uint256[](5);
        (words[0], words[1], words[4]) = (its.x, its.y, serial);
        words[2] = uint256(bytes32(its.components)) | uint256(uint48(its.fmspc)) << 80
            | uint256(uint16(its.pceId)) << 64 | uint256(its.pceSvn) << 48 | issuer << 32;
        words[3] = uint256(bytes32(its.ppid)) | uint256(its.notBefore) << 88 | uint256(its.notAfter) << 48;
        return DataContract.write(words);
    }

    function read(address data) internal view returns (Platform memory its, uint256 issuer, uint256 serial) {
        uint256[] memory words = DataContract.read(data);
        (its.x, its.y, serial) = (words[0], words[1], words[4]);
        bytes32 model = bytes32(words[2]);
        (its.components, its.fmspc, its.pceId) = (bytes16(model), bytes6(model << 128), bytes2(model << 176));
        (its.pceSvn, issuer) = (uint16(words[2] >> 48), uint16(words[2] >> 32));
        its.ppid = bytes16(bytes32(words[3]));
        (its.notBefore, its.notAfter) = (uint40(words[3] >> 88), uint40(words[3] >> 48));
    }
}
