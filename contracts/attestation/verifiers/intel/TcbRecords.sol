// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DataContract} from "./DataContract.sol";
import {TcbLevels} from "./TcbLevels.sol";
import {Head} from "./Words.sol";

/// @dev One text, as words; one slot.
struct Record {
    address data;
    uint32 evaluation;
    uint16 signer;
    /// @dev when the first text of this evaluation was brought
    uint40 since;
}

/// @dev Of the newest evaluation, and of those before, the oldest first: each was brought before the next one.
struct Records {
    Record current;
    Record[] former;
}

/// @dev What may rate a platform, and until when it counts.
struct Candidate {
    Record record;
    uint256 end;
}

/// @title Texts of one kind by evaluation: which is the newest, and which of those before still count
library TcbRecords {
    /// @dev Where a text belongs: a newer evaluation moves the current one to those before, the same one, issued later,
    /// takes its place.
    /// @param least evaluation that the policy wants
    /// @param rollback refuses a text that is no news
    function placeOf(
        Records storage self,
        Head memory head,
        uint256 least,
        function(Head memory, uint256, uint256) pure rollback
    ) internal returns (Record storage place) {
        place = self.current;
        if (place.data == address(0)) {
            if (head.evaluation < least) rollback(head, least, 0);
            return place;
        }
        uint256 issued = _issueDateOf(place);
        if (head.evaluation > place.evaluation) {
            if (head.issueDate < issued) rollback(head, place.evaluation, issued);
            self.former.push(place);
            place.since = 0;
            return place;
        }
        if (head.evaluation < place.evaluation) {
            uint256 position = _positionOf(self.former, head.evaluation);
            if (position == self.former.length || head.evaluation < least) rollback(head, place.evaluation, issued);
            place = self.former[position];
            issued = _issueDateOf(place);
        }
        if (head.issueDate <= issued) rollback(head, place.evaluation, issued);
    }

    function put(Record storage self, Head memory head, uint256[] memory words, uint16 signer) internal {
        (self.data, self.evaluation, self.signer) = (DataContract.write(words), head.evaluation, signer);
        if (self.since == 0) self.since = uint40(block.timestamp);
    }

    /// @dev The newest, then those before while the vote's grace lasts, from when the next one of each was brought:
    /// whoever brings two at once takes no grace away. One that is due counts no more, nor does one too old for the
    /// policy.
    function candidates(Records storage self, uint256 least, uint256 grace)
        internal
        view
        returns (Candidate[] memory found)
    {
        uint256 left = self.former.length;
        found = new Candidate[](left + 1);
        found[0] = Candidate(self.current, type(uint256).max);
        (uint256 count, uint256 since) = (1, self.current.since);
        for (; left > 0 && block.timestamp < since + grace; --left) {
            Record memory former = self.former[left - 1];
            bool isDue = block.timestamp >= TcbLevels.nextUpdateOf(DataContract.read(former.data));
            if (former.evaluation >= least && !isDue) found[count++] = Candidate(former, since + grace);
            since = former.since;
        }
        assembly ("memory-safe") {
            mstore(found, count)
        }
    }

    /// @return position of this evaluation, or how many there are
    function _positionOf(Record[] storage former, uint256 evaluation) private view returns (uint256 position) {
        uint256 count = former.length;
        for (position = count; position > 0 && former[position - 1].evaluation >= evaluation;) --position;
        if (position < count && former[position].evaluation != evaluation) position = count;
    }

    function _issueDateOf(Record storage its) private view returns (uint256) {
        return TcbLevels.issueDateOf(DataContract.read(its.data));
    }
}
