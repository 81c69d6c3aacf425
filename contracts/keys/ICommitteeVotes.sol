// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {CommitteeParameters} from "./KeyTypes.sol";

/// @title Votes for another committee: the rules that it obeys, and an event that says who is in it
/// @notice It keeps nothing. What it announces is a hash that the KeyRegistry keeps, and that waits there for the
/// registry's own delay.
interface ICommitteeVotes {
    /// @notice By vote: not in effect before `effectiveAt`, and not at all if it is withdrawn before.
    /// @param keys the registry of the key
    /// @param keyId of an active key
    /// @param epoch the key's next one, which this committee would begin
    /// @param hash Keccak-256 of the ABI-encoded parameters: what the registry keeps
    /// @param effectiveAt Unix time in seconds
    /// @param committee as it was voted for
    event CommitteeProposed(
        IKeyRegistry indexed keys,
        KeyId indexed keyId,
        uint32 indexed epoch,
        bytes32 hash,
        uint48 effectiveAt,
        CommitteeParameters committee
    );

    /// @notice By vote: who shall hold the shares of an active key from its next epoch on. It replaces what was
    /// announced before.
    /// @dev A new committee can take the key: nothing is done before the registry's own delay has passed, the longest
    /// of all, and until then the guardian can withdraw it. INTEGRATOR: the ceremony that hands shares over is not part
    /// of this version.
    /// @param keys the registry of the key, which takes announcements from this contract
    /// @param keyId of an active key
    /// @param committee its members-to-be and their rules
    function propose(IKeyRegistry keys, KeyId keyId, CommitteeParameters calldata committee) external;
}
