// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title First call of a proposal that trusts the code at an address
/// @notice A proposal names addresses; what is there may come, or come again as something else, between the vote and
/// its execution. Call this first, with the hash of the code that was voted for: other code makes the whole execution
/// revert.
interface ICodeHashGuard {
    /// @notice `expected` is the hash of no account or of no code, which guards nothing.
    error CodeHashGuardNothingExpected(address target, bytes32 expected);

    /// @notice The code at `target` has another Keccak-256 hash; `found` is zero where no account is.
    error CodeHashGuardOtherCode(address target, bytes32 found, bytes32 expected);

    /// @notice The account delegates (EIP-7702): whoever has its key points it to other code at any time.
    error CodeHashGuardDelegation(address target);

    /// @notice Reverts unless the code at `target` has this Keccak-256 hash (EIP-1052).
    /// @dev INTEGRATOR: a proxy keeps its code and changes what it does. Guard its implementation, and read where it
    /// points.
    /// @param target whose code it is
    /// @param codeHash its Keccak-256 hash, as voted for
    function requireCode(address target, bytes32 codeHash) external view;
}
