// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RequestId} from "../types/Ids.sol";
import {IRequestGuard} from "./IRequestGuard.sol";
import {Intent, ISigningRequests, RequestHeader} from "./ISigningRequests.sol";

/// @title Questions to a row's guard, which may answer anything and must harm nobody but its own requester
/// @dev Yes is the function's selector and nothing else: an address without code, or whose fallback takes every call,
/// has not said yes.
library GuardCall {
    /// @dev gas for `onReady`, whoever pays: so a guard cannot make a call for many too dear
    uint256 internal constant READY_GAS = 500_000;
    /// @dev gas for the call itself (cold account) and for what is written after it
    uint256 private constant OVERHEAD = 30_000;
    /// @dev bytes of what it reverted with that are passed on: enough for every error of ours
    uint256 private constant MAX_REASON = 1024;

    function onQueued(address guard, RequestId id, address requester, Intent calldata intent) internal {
        if (guard == address(0)) return;
        _ask(guard, id, gasleft(), abi.encodeCall(IRequestGuard.onQueued, (id, requester, intent)));
    }

    /// @dev A call may pass on 63/64 of what is left: only so much makes sure that the guard gets what it may use.
    function onReady(address guard, RequestId id, RequestHeader memory header) internal {
        if (guard == address(0)) return;
        bytes memory question = abi.encodeCall(IRequestGuard.onReady, (id, header));
        uint256 needed = (READY_GAS * 64) / 63 + OVERHEAD;
        require(gasleft() >= needed, ISigningRequests.SigningRequestsInsufficientGas(id, gasleft(), needed));
        _ask(guard, id, READY_GAS, question);
    }

    function _ask(address guard, RequestId id, uint256 gas_, bytes memory question) private {
        bool said;
        bytes32 answer;
        assembly ("memory-safe") {
            said := call(gas_, guard, 0, add(question, 0x20), mload(question), 0x00, 0x20)
            said := and(said, eq(returndatasize(), 0x20))
            answer := mload(0x00)
        }
        if (said && answer == bytes32(bytes4(question))) return;
        revert ISigningRequests.SigningRequestsGuardRefused(id, guard, _reason());
    }

    function _reason() private pure returns (bytes memory reason) {
        uint256 length;
        assembly {
            length := returndatasize()
        }
        if (length > MAX_REASON) length = MAX_REASON;
        reason = new bytes(length);
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0, length)
        }
    }
}
