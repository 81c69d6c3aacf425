// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../../types/Described.sol";
import {KeyId, RequestId} from "../../types/Ids.sol";
import {IRequestGuard} from "../IRequestGuard.sol";
import {Intent, RequestHeader} from "../ISigningRequests.sol";

/// @title The guard of a requester that was dismissed: it says no to everything
/// @notice A row with this guard keeps its key and its addresses, and its requester can ask for nothing. A vote can
/// still ask in its name (`ISigningRequests.requestFor`), which asks no guard: so what its addresses hold is not lost.
contract Closed is IRequestGuard, Described {
    /// @notice A vote has closed this row.
    error ClosedRow(KeyId keyId, address requester);

    /// @inheritdoc IRequestGuard
    function onQueued(RequestId, address requester, Intent calldata intent) external pure returns (bytes4) {
        revert ClosedRow(intent.keyId, requester);
    }

    /// @inheritdoc IRequestGuard
    function onReady(RequestId, RequestHeader calldata header) external pure returns (bytes4) {
        revert ClosedRow(header.keyId, header.requester);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate Closed";
        description = "The guard of a requester that was dismissed: it says no to everything.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IRequestGuard).interfaceId;
    }
}
