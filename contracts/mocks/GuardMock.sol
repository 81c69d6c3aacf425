// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IRequestGuard} from "../requests/IRequestGuard.sol";
import {Intent, ISigningRequests, RequestHeader} from "../requests/ISigningRequests.sol";
import {RequestId} from "../types/Ids.sol";

/// @title A guard that misbehaves as it is told; for tests, never deployed
contract GuardMock is IRequestGuard {
    enum Mode {
        Yes,
        No,
        BurnGas,
        OtherAnswer,
        ShortAnswer,
        LongAnswer,
        NoAnswer,
        ReturnBomb,
        RevertBomb,
        ShortOfGas,
        Call
    }

    error GuardMockSaysNo();

    Mode public whenQueued;
    Mode public whenReady;
    uint256 public gasSeen;
    uint256 public asked;
    /// @notice What the call of `Mode.Call` came to.
    bool public called;

    address private _target;
    bytes private _data;

    function set(Mode whenQueued_, Mode whenReady_) external {
        (whenQueued, whenReady) = (whenQueued_, whenReady_);
    }

    function setCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    /// @inheritdoc IRequestGuard
    function onQueued(RequestId id, address, Intent calldata) external returns (bytes4) {
        gasSeen = gasleft();
        return _answer(whenQueued, id, IRequestGuard.onQueued.selector);
    }

    /// @inheritdoc IRequestGuard
    function onReady(RequestId id, RequestHeader calldata) external returns (bytes4) {
        gasSeen = gasleft();
        return _answer(whenReady, id, IRequestGuard.onReady.selector);
    }

    function _answer(Mode mode, RequestId id, bytes4 yes) private returns (bytes4) {
        ++asked;
        if (mode == Mode.No) revert GuardMockSaysNo();
        if (mode == Mode.ShortOfGas) revert ISigningRequests.SigningRequestsInsufficientGas(id, 0, 1);
        if (mode == Mode.Call) (called,) = _target.call(_data);
        if (mode == Mode.OtherAnswer) return ~yes;
        _bytes(mode, yes);
        return yes;
    }

    /// @dev What Solidity itself would not do.
    function _bytes(Mode mode, bytes4 yes) private view {
        uint256 left = gasleft();
        while (mode == Mode.BurnGas) ++left;
        assembly {
            mstore(0, yes)
            mstore(0x20, 0)
            switch mode
            case 4 { return(0, 0x1f) }
            case 5 { return(0, 0x40) }
            case 6 { stop() }
            case 7 { return(0, 100000) }
            case 8 { revert(0, 100000) }
        }
    }
}
