// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title P-256 signatures by the precompile of EIP-7951
library P256Precompile {
    address private constant PRECOMPILE = address(0x100);

    /// @dev Where the precompile is absent the answer is empty, as for a wrong signature: both are false.
    /// INTEGRATOR: (r, s) and (r, n - s) both verify; a signature's bytes are no replay key.
    function verify(bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) internal view returns (bool) {
        (bool called, bytes memory answer) = PRECOMPILE.staticcall(abi.encode(digest, r, s, x, y));
        return called && answer.length == 32 && bytes32(answer) == bytes32(uint256(1));
    }
}
