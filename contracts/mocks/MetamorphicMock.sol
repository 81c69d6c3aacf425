// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Puts any code at one address, as often as the chain allows
contract MetamorphicMock {
    /// @dev Calls its creator and returns what it answers: the same init code, and so the same CREATE2 address, for
    /// every runtime.
    bytes private constant INIT = hex"5f5f5f5f335afa503d5f5f3e3d5ff3";

    bytes private _runtime;

    event Made(address made);

    error MetamorphicMockTaken();

    // solhint-disable-next-line payable-fallback
    fallback(bytes calldata) external returns (bytes memory) {
        return _runtime;
    }

    /// @notice Creates it, and calls it in the same transaction if it is to destroy itself there.
    function make(bytes calldata runtime, bool called) external {
        _runtime = runtime;
        bytes memory init = INIT;
        address made;
        assembly ("memory-safe") {
            made := create2(0, add(init, 0x20), mload(init), 0)
            if called { pop(call(gas(), made, 0, 0, 0, 0, 0)) }
        }
        require(made != address(0), MetamorphicMockTaken());
        emit Made(made);
    }
}
