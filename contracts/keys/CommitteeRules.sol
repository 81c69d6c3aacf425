// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICommittees} from "./ICommittees.sol";
import {CommitteeParameters, Diversity} from "./KeyTypes.sol";

/// @title What a vote may say about a committee
library CommitteeRules {
    uint256 internal constant MAX_SEATS = 64;
    uint32 internal constant MIN_WINDOW = 10;
    uint32 internal constant MAX_WINDOW = 30 days;

    function requireValid(CommitteeParameters calldata committee) internal pure {
        uint256 seats = committee.operators.length;
        require(
            committee.threshold >= 2 && committee.threshold <= seats && seats <= MAX_SEATS
                && committee.reserves.length <= MAX_SEATS,
            ICommittees.CommitteesInvalidThreshold(committee.threshold, seats, MAX_SEATS)
        );
        require(
            committee.attemptWindow >= MIN_WINDOW && committee.attemptWindow <= MAX_WINDOW,
            ICommittees.CommitteesInvalidWindow(committee.attemptWindow, MIN_WINDOW, MAX_WINDOW)
        );
        _requireSafe(committee.threshold, committee.diversity);
        _requireDistinct(committee.operators, committee.reserves);
    }

    /// @dev A cap of t or more would promise what it does not keep (I11).
    function _requireSafe(uint16 threshold, Diversity calldata rule) private pure {
        require(
            rule.region < threshold && rule.vendor < threshold && rule.platform < threshold
                && rule.sealing < threshold,
            ICommittees.CommitteesInvalidDiversity(threshold, rule)
        );
    }

    function _requireDistinct(address[] calldata operators, address[] calldata reserves) private pure {
        uint256 seats = operators.length;
        for (uint256 i = 1; i < seats + reserves.length; ++i) {
            address operator = i < seats ? operators[i] : reserves[i - seats];
            for (uint256 j = 0; j < i; ++j) {
                address other = j < seats ? operators[j] : reserves[j - seats];
                require(operator != other, ICommittees.CommitteesRepeatedOperator(operator));
            }
        }
    }
}
