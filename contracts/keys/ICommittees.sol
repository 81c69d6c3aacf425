// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId, KeyId} from "../types/Ids.sol";
import {CommitteeParameters, Diversity, Seats} from "./KeyTypes.sol";

/// @dev What one thing that members share can do to a key.
struct Exposure {
    /// @dev the most members that share one
    uint16 largest;
    /// @dev no one of them holds t shares
    bool safe;
    /// @dev without any one of them t members are left
    bool survives;
}

struct Exposures {
    Exposure region;
    Exposure vendor;
    Exposure platform;
    Exposure sealing;
}

/// @title Who has the seats of a key, who serves, and what members have in common
/// @notice A KeyRegistry appoints operators and asks for their enclaves. Everything is kept by the registry that calls,
/// which is the caller: whoever calls fills seats of its own.
interface ICommittees {
    /// @notice The operator that loses the seat becomes a reserve, behind all others.
    /// @param keys the registry of the key
    /// @param keyId of the key
    /// @param party of the seat, from 1 on
    /// @param attempt for which seats are filled
    /// @param operator who had it
    /// @param replacedBy who has it
    event SeatChanged(
        address indexed keys,
        KeyId indexed keyId,
        uint16 indexed party,
        uint32 attempt,
        address operator,
        address replacedBy
    );

    /// @notice The threshold is under 2 or above the seats, or there are too many seats or reserves.
    error CommitteesInvalidThreshold(uint16 threshold, uint256 seats, uint256 maximumSeats);
    /// @notice An operator is named twice among seats and reserves.
    error CommitteesRepeatedOperator(address operator);
    /// @notice Seconds that an attempt may take, out of bounds.
    error CommitteesInvalidWindow(uint32 window, uint32 minimum, uint32 maximum);
    /// @notice A cap of the threshold or more promises nothing.
    error CommitteesInvalidDiversity(uint16 threshold, Diversity rule);
    /// @notice Fewer operators and reserves have an eligible enclave than there are seats.
    error CommitteesTooFewEligible(KeyId keyId, uint256 eligible, uint256 needed);

    /// @notice By a KeyRegistry: who has the seats of this key, and who waits for one. Reverts unless the rules hold.
    /// @param keyId of the key
    /// @param committee as it was voted for
    function appoint(KeyId keyId, CommitteeParameters calldata committee) external;

    /// @notice By a KeyRegistry: every seat's enclave. Operators without an eligible one, or with one that the rule has
    /// no room for beside those before it, give way to reserves first; then suspects do, as far as reserves reach.
    /// @param keyId of the key
    /// @param attempt for which the seats are filled
    /// @param suspects bit i set: seat i gives way if a reserve can take it
    /// @return members of the committee in party order
    function seat(KeyId keyId, uint32 attempt, uint64 suspects) external returns (EnclaveId[] memory members);

    /// @notice How many of these members serve now.
    /// @param members in any order
    /// @return count of those
    function live(EnclaveId[] calldata members) external view returns (uint16 count);

    /// @notice Whether the rule of this key holds for these members now.
    /// @param keys the registry of the key
    /// @param keyId of the key
    /// @param members in any order
    function obeys(address keys, KeyId keyId, EnclaveId[] calldata members) external view returns (bool);

    /// @notice Who has the seats of this key, who waits for one, and by which rule; empty if nobody was appointed.
    /// @param keys the registry of the key
    /// @param keyId of the key
    /// @return operators, reserves and rule
    function seatsOf(address keys, KeyId keyId) external view returns (Seats memory);
}
