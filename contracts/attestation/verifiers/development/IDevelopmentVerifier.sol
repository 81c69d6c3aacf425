// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAttestationVerifier} from "../../IAttestationVerifier.sol";

/// @title Verifier of the development TEE's evidence, for local chains only
/// @notice Evidence is a statement signed by a development root whose private key anyone may know.
interface IDevelopmentVerifier is IAttestationVerifier {
    /// @notice Deployed on a chain that is not local.
    error DevelopmentVerifierOnlyLocal(uint256 chainId);
    /// @notice Evidence of another length than a statement and its signature, in bytes.
    error DevelopmentVerifierInvalidLength(uint256 length, uint256 expected);
    /// @notice The root has not signed this statement.
    error DevelopmentVerifierInvalidSignature(bytes32 statement, bytes32 r, bytes32 s);
    /// @notice Issued after the time of this block; Unix seconds.
    error DevelopmentVerifierFromTheFuture(uint256 issuedAt, uint256 time);
    /// @notice Older than the root allows; Unix seconds.
    error DevelopmentVerifierExpired(uint256 validUntil, uint256 time);

    /// @notice The root that signs statements, a P-256 point.
    /// @return x one coordinate
    /// @return y the other
    function root() external view returns (bytes32 x, bytes32 y);

    /// @notice Seconds for which a statement is valid.
    function maxAge() external view returns (uint48);
}
