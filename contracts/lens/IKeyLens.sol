// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Exposures} from "../keys/ICommittees.sol";
import {Ceremony, Fork, Key, Row, Seats} from "../keys/KeyTypes.sol";
import {EnclaveId, KeyId} from "../types/Ids.sol";

/// @dev All that there is to know of one key at one block.
struct KeyView {
    KeyId id;
    /// @dev the words that enclaves read; status NONE if there is no such key
    Key key;
    /// @dev its latest ceremony, done or not
    Ceremony ceremony;
    /// @dev who hold its shares, in party order; nobody before the first switch
    EnclaveId[] members;
    /// @dev who carry out the latest attempt of the ceremony, in party order
    EnclaveId[] participants;
    /// @dev operators that have the seats, reserves, and the rule of diversity
    Seats seats;
    /// @dev members that serve now; before the first switch participants
    uint16 live;
    /// @dev Unix time in seconds from which a guardian may suspend it again
    uint48 suspendableAt;
    /// @dev Keccak-256 of the committee that a vote has announced; zero: none
    bytes32 announcedCommittee;
    /// @dev Unix time in seconds from which that may be acted on
    uint48 announcedFrom;
}

/// @dev What a key allows one requester.
struct RowView {
    address requester;
    /// @dev the word that enclaves read; no kinds where there is no row
    Row row;
    /// @dev may ask in the requester's name; zero: nobody
    address module;
}

/// @title Keys as a whole, for whoever reads the chain from outside
/// @notice Holds nothing and is trusted by no contract: another one can stand beside it. Rows have no list on chain:
/// their events (`RowSet`, `RowRemoved`) say who has one.
interface IKeyLens {
    /// @notice Everything about one key.
    /// @param keyId of the key
    /// @return found as it stands
    function keyView(KeyId keyId) external view returns (KeyView memory found);

    /// @notice Keys in the order of their creation.
    /// @param offset how many to leave out
    /// @param limit how many at most
    /// @return found those that there are
    function keys(uint256 offset, uint256 limit) external view returns (KeyView[] memory found);

    /// @notice What the members of a key have in common, and what that can do to it (I11).
    /// @dev Worked out from what evidence and votes say now; before the first switch of the ceremony's participants.
    /// @param keyId of the key
    /// @return found by region, vendor, platform and sealing source
    function exposuresOf(KeyId keyId) external view returns (Exposures memory found);

    /// @notice What a key allows each of these requesters.
    /// @param keyId of the key
    /// @param requesters to look up
    /// @return found one for each, in their order
    function rows(KeyId keyId, address[] calldata requesters) external view returns (RowView[] memory found);

    /// @notice Forks of the consensus layer that votes have added, in order of their epochs.
    /// @return found in effect or not
    function forks() external view returns (Fork[] memory found);
}
