// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISignatureConsumer} from "../requests/ISignatureConsumer.sol";
import {KeyId, RequestId} from "../types/Ids.sol";

/// @title A consumer that misbehaves as it is told; for tests, never deployed
contract ConsumerMock is ISignatureConsumer {
    enum Mode {
        Take,
        Fail,
        BurnGas,
        ReturnBomb,
        RevertBomb,
        Calls
    }

    Mode public mode;
    uint256 public taken;
    uint256 public gasSeen;
    /// @notice How many of the calls of `Mode.Calls` succeeded.
    uint256 public succeeded;

    address private _target;
    bytes[] private _calls;

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    function setCalls(address target, bytes[] calldata calls) external {
        _target = target;
        for (uint256 i = 0; i < calls.length; ++i) _calls.push(calls[i]);
    }

    /// @inheritdoc ISignatureConsumer
    function onSignature(RequestId, KeyId, bytes[] calldata) external {
        uint256 left = gasleft();
        gasSeen = left;
        if (mode == Mode.Fail) assembly { revert(0, 0) }
        while (mode == Mode.BurnGas) ++left;
        if (mode == Mode.ReturnBomb) assembly { return(0, 100000) }
        if (mode == Mode.RevertBomb) assembly { revert(0, 100000) }
        if (mode == Mode.Calls) _call();
        ++taken;
    }

    function _call() private {
        for (uint256 i = 0; i < _calls.length; ++i) {
            (bool done,) = _target.call(_calls[i]);
            if (done) ++succeeded;
        }
    }
}
