// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RequestId} from "../types/Ids.sol";
import {IRequestGuard} from "../requests/IRequestGuard.sol";
import {Intent, RequestHeader} from "../requests/ISigningRequests.sol";

/// @title A guard in thirty lines: nothing is asked for, or becomes READY, but from Monday to Friday, 9 to 17 UTC
/// @notice Name it in a row (`IKeyRegistry.setRow`) and it is asked for that requester. It needs no state and knows no
/// kinds.
contract BusinessHours is IRequestGuard {
    /// @notice Come back on a working day (Monday is 1, Sunday 7), at this hour of it (UTC).
    error BusinessHoursClosed(uint256 weekday, uint256 hour);

    /// @inheritdoc IRequestGuard
    function onQueued(RequestId, address, Intent calldata) external view returns (bytes4) {
        _requireOpen();
        return IRequestGuard.onQueued.selector;
    }

    /// @inheritdoc IRequestGuard
    function onReady(RequestId, RequestHeader calldata) external view returns (bytes4) {
        _requireOpen();
        return IRequestGuard.onReady.selector;
    }

    /// @dev 1 January 1970 was a Thursday.
    function _requireOpen() private view {
        uint256 weekday = (block.timestamp / 1 days + 3) % 7 + 1;
        uint256 hour = block.timestamp % 1 days / 1 hours;
        require(weekday <= 5 && hour >= 9 && hour < 17, BusinessHoursClosed(weekday, hour));
    }
}
