// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {KeyStatus} from "../keys/KeyTypes.sol";
import {KeyId} from "../types/Ids.sol";

/// @title Last call of a proposal that must not stop a key
/// @notice A vote that retires, revokes or dismisses names what is to end, not which keys end with it. Call this last,
/// with the keys that must go on: it reads what stands by then, and where one does not, the whole execution reverts.
interface ILivenessGuard {
    /// @notice No key is named: that guards nothing.
    error LivenessGuardNothingNamed();
    /// @notice The key signs nothing: it is not ACTIVE.
    error LivenessGuardNotActive(KeyId keyId, KeyStatus status);
    /// @notice So many members serve now, and so many have to.
    error LivenessGuardTooFewLive(KeyId keyId, uint16 live, uint256 needed);

    /// @notice Reverts unless of each of these keys at least threshold + `margin` members serve now.
    /// @dev VOTERS: what stands when this is executed; it promises nothing about the time after. A pause does not
    /// count.
    /// @param keyIds of keys that must go on, at least one
    /// @param margin members beyond the threshold
    function requireLive(KeyId[] calldata keyIds, uint16 margin) external view;

    /// @notice The registry that all keys are of.
    function keys() external view returns (IKeyRegistry);
}
