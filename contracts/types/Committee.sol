// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId, KeyId} from "./Ids.sol";
import {COMMITTEE_TAG} from "./Tags.sol";

/// @dev Hash of one key epoch's members in party order; member i of the list is party i (1..n).
function committeeHash(KeyId keyId, uint32 epoch, uint32 attempt, uint16 threshold, EnclaveId[] memory members)
    pure
    returns (bytes32)
{
    return keccak256(abi.encode(COMMITTEE_TAG, keyId, epoch, attempt, threshold, keccak256(abi.encodePacked(members))));
}
