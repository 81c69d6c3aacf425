// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId} from "../types/Ids.sol";
import {Diversity} from "./KeyTypes.sol";

/// @dev What one thing that members share can do to a key.
struct Standing {
    /// @dev the most members that share one
    uint16 largest;
    /// @dev no one of them holds t shares
    bool safe;
    /// @dev without any one of them t members are left
    bool survives;
}

struct Standings {
    Standing region;
    Standing vendor;
    Standing platform;
    Standing sealing;
}

/// @dev Who is to sit, and who waits for a seat.
struct Seating {
    address[] operators;
    address[] reserves;
    /// @dev place of the reserve that is next in line
    uint32 next;
    /// @dev whose enclave is looked at first: where the rule has no room for all, those that come first sit
    uint32 first;
    /// @dev bit i set: seat i gives way if a reserve can take it
    uint64 suspects;
    Diversity rule;
}

/// @dev The operator of `seat` and the reserve at `place` change places.
struct SeatChange {
    uint16 seat;
    uint16 place;
}

/// @title What the chain knows of committees: who can sit together, who serves, what members have in common
/// @notice Holds nothing and decides nothing: views over the EnclaveRegistry.
interface ICommittees {
    /// @notice Every seat's enclave. Operators without an eligible one, or with one that the rule has no room for
    /// beside those before it, give way to reserves first; then suspects do, as far as reserves reach.
    /// @param seating who is to sit, and who waits
    /// @return members of the committee in party order; zero where a seat has nobody
    /// @return changes of seats and places, in the order in which they were made
    /// @return next place in line, behind the last reserve that got a seat
    /// @return left how many seats have nobody
    function seat(Seating calldata seating)
        external
        view
        returns (EnclaveId[] memory members, SeatChange[] memory changes, uint32 next, uint16 left);

    /// @notice How many members serve now.
    function live(EnclaveId[] calldata members) external view returns (uint16 count);

    /// @notice Whether the rule holds for these members now.
    function obeys(EnclaveId[] calldata members, Diversity memory rule) external view returns (bool);
}
