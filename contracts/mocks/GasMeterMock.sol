// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Measures a call as a contract pays for it; for tests, never deployed
contract GasMeterMock {
    error GasMeterMockCallFailed(address target, bytes data);

    /// @notice Gas of a call of `target` with `data`, once the address is warm, and its first word of answer.
    function measure(address target, bytes calldata data) external view returns (uint256 used, bytes32 answer) {
        bytes memory input = data;
        (bool warmed,) = target.staticcall(input);
        uint256 before = gasleft();
        (bool called, bytes memory output) = target.staticcall(input);
        used = before - gasleft();
        require(warmed && called, GasMeterMockCallFailed(target, data));
        answer = bytes32(output);
    }

    /// @notice Gas of a first call in a transaction: nothing that it touches is warm, its own address neither.
    function measureCold(address target, bytes calldata data) external returns (uint256 used) {
        bytes memory input = data;
        uint256 before = gasleft();
        (bool called,) = target.call(input);
        used = before - gasleft();
        require(called, GasMeterMockCallFailed(target, data));
    }
}
