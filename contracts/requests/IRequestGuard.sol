// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RequestId} from "../types/Ids.sol";
import {Intent, RequestHeader} from "./ISigningRequests.sol";

/// @title What a row's guard is asked: may this requester ask for this, and may it become READY?
/// @notice A guard says yes by returning the function's own selector, and no by reverting. Whatever else it does stops
/// its own requester and nobody else: it is asked after the core's own writes, its answer is bounded, and it may enter
/// the core again like anybody.
/// @dev INTEGRATOR: keep state by `msg.sender`, the requests contract that asks: anybody can deploy one and ask. Refuse
/// what you do not know: kinds of payloads and effects are numbers, and others will come. What a guard allows counts at
/// READY: it is not asked when a request is signed, so a guard that changes its mind calls `IKeyRegistry.raise`. An
/// example is in `examples/BusinessHours.sol`.
interface IRequestGuard {
    /// @notice `requester` asks for `intent`. Gets what gas is left.
    /// @param id of the request, which is QUEUED or READY by now
    /// @param requester for whom it is asked, by itself or by its row's module
    /// @param intent as it was asked
    /// @return this function's selector
    function onQueued(RequestId id, address requester, Intent calldata intent) external returns (bytes4);

    /// @notice The request becomes READY: from now on it may be signed. Gets 500,000 gas and no more.
    /// @param id of the request, which is READY by now
    /// @param header its header, which hashes to the id
    /// @return this function's selector
    function onReady(RequestId id, RequestHeader calldata header) external returns (bytes4);
}
