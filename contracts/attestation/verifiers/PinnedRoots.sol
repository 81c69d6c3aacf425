// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {LOCAL_CHAIN} from "../../types/LocalChain.sol";

/// @title Vendors' roots as they are pinned off chain (signer/evidence/roots.ts), SHA-256 of the certificates
/// @dev A development PKI's root takes their place on a local chain, and on no other.
library PinnedRoots {
    /// @notice Another root than the vendor's, on a chain that is not local; SHA-256 of the certificates.
    error RootNotPinned(bytes32 found, bytes32 pinned, uint256 chainId);

    /// @dev Intel SGX Root CA
    bytes32 internal constant INTEL = 0x44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3;
    /// @dev AWS Nitro Enclaves root G1
    bytes32 internal constant AWS = 0x641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b;

    function requirePinned(bytes32 found, bytes32 pinned) internal view {
        bool isOurs = found == pinned || block.chainid == LOCAL_CHAIN;
        require(isOurs, RootNotPinned(found, pinned, block.chainid));
    }
}
