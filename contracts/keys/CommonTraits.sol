// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Traits} from "../attestation/IEnclaveRegistry.sol";
import {Exposure, Exposures} from "./ICommittees.sol";
import {Diversity} from "./KeyTypes.sol";

/// @title What members of a committee have in common
/// @dev At most 64 members, so comparing each with each is little. Sealing source zero means that nothing is sealed:
/// nobody shares it.
library CommonTraits {
    uint64 private constant ALL = type(uint64).max;

    function isEmpty(Diversity memory rule) internal pure returns (bool) {
        return rule.region | rule.vendor | rule.platform | rule.sealing == 0;
    }

    /// @dev Whether the rule has room for one more with these traits beside the members whose bit is set.
    function hasRoom(Traits[] memory members, Diversity memory rule, Traits memory one, uint64 beside)
        internal
        pure
        returns (bool)
    {
        Diversity memory count = _shared(members, one, beside);
        return (rule.region == 0 || count.region < rule.region) && (rule.vendor == 0 || count.vendor < rule.vendor)
            && (rule.platform == 0 || count.platform < rule.platform)
            && (rule.sealing == 0 || count.sealing < rule.sealing);
    }

    function obeys(Traits[] memory members, Diversity memory rule) internal pure returns (bool) {
        Diversity memory most = _largest(members);
        return (rule.region == 0 || most.region <= rule.region) && (rule.vendor == 0 || most.vendor <= rule.vendor)
            && (rule.platform == 0 || most.platform <= rule.platform)
            && (rule.sealing == 0 || most.sealing <= rule.sealing);
    }

    function exposures(Traits[] memory members, uint16 threshold) internal pure returns (Exposures memory) {
        Diversity memory most = _largest(members);
        uint256 size = members.length;
        return Exposures({
            region: _exposure(most.region, size, threshold),
            vendor: _exposure(most.vendor, size, threshold),
            platform: _exposure(most.platform, size, threshold),
            sealing: _exposure(most.sealing, size, threshold)
        });
    }

    function _exposure(uint16 largest, uint256 size, uint16 threshold) private pure returns (Exposure memory) {
        return Exposure(largest, largest < threshold, size - largest >= threshold);
    }

    /// @dev The most members that share one region, vendor, platform, sealing source.
    function _largest(Traits[] memory members) private pure returns (Diversity memory most) {
        for (uint256 i = 0; i < members.length; ++i) {
            Diversity memory count = _shared(members, members[i], ALL);
            if (count.region > most.region) most.region = count.region;
            if (count.vendor > most.vendor) most.vendor = count.vendor;
            if (count.platform > most.platform) most.platform = count.platform;
            if (count.sealing > most.sealing) most.sealing = count.sealing;
        }
    }

    /// @dev How many of the members whose bit is set have the same region, vendor, platform, sealing source as this
    /// one.
    function _shared(Traits[] memory members, Traits memory one, uint64 beside)
        private
        pure
        returns (Diversity memory count)
    {
        for (uint256 i = 0; i < members.length; ++i) {
            if (beside & (uint64(1) << uint64(i)) == 0) continue;
            Traits memory other = members[i];
            if (other.region == one.region) ++count.region;
            if (other.vendor == one.vendor) ++count.vendor;
            if (other.platformId == one.platformId) ++count.platform;
            if (other.sealing == one.sealing && one.sealing != 0) ++count.sealing;
        }
    }
}
