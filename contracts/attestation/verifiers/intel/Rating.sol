// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev A status and the advisories that explain it, in one word, so that several are brought together by `or`:
/// 223 advisories, one for all others, 8 bits of meaning, 16 bits of an SVN, and whether the level is of TDX.
type Rating is uint256;

using {svnOf, meaningOf, advisoriesOf, isOfTdx, and} for Rating global;

uint256 constant OUT_OF_DATE = 1;
uint256 constant CONFIGURATION = 2;
uint256 constant HARDENING = 4;
uint256 constant REVOKED = 8;

uint256 constant ADVISORY_BITS = 224;
uint256 constant ADVISORY_MASK = (1 << ADVISORY_BITS) - 1;
uint256 constant SVN_SHIFT = 232;
uint256 constant TDX_BIT = 1 << 248;

function svnOf(Rating self) pure returns (uint256) {
    return Rating.unwrap(self) >> SVN_SHIFT & 0xffff;
}

function meaningOf(Rating self) pure returns (uint256) {
    return Rating.unwrap(self) >> ADVISORY_BITS & 0xff;
}

function advisoriesOf(Rating self) pure returns (uint256) {
    return Rating.unwrap(self) & ADVISORY_MASK;
}

function isOfTdx(Rating self) pure returns (bool) {
    return Rating.unwrap(self) & TDX_BIT != 0;
}

/// @dev Two statuses together say all that either says.
function and(Rating self, Rating other) pure returns (Rating) {
    return Rating.wrap((Rating.unwrap(self) | Rating.unwrap(other)) & ((1 << SVN_SHIFT) - 1));
}

/// @title Intel's words for the state of a platform, in the order of docs/attestation.md
library TcbStatuses {
    uint8 internal constant UP_TO_DATE = 0;
    uint8 internal constant SW_HARDENING_NEEDED = 1;
    uint8 internal constant CONFIGURATION_NEEDED = 2;
    uint8 internal constant CONFIGURATION_AND_SW_HARDENING_NEEDED = 3;
    uint8 internal constant OUT_OF_DATE_STATUS = 4;
    uint8 internal constant OUT_OF_DATE_CONFIGURATION_NEEDED = 5;
    uint8 internal constant REVOKED_STATUS = 6;
    uint256 private constant UNKNOWN = type(uint256).max;

    /// @return the meaning of a status by its name, or the largest number
    function meaningOfName(bytes32 name) internal pure returns (uint256) {
        if (name == "UpToDate") return 0;
        if (name == "OutOfDate") return OUT_OF_DATE;
        if (name == "SWHardeningNeeded") return HARDENING;
        if (name == "ConfigurationNeeded") return CONFIGURATION;
        if (name == "OutOfDateConfigurationNeeded") return OUT_OF_DATE | CONFIGURATION;
        if (name == "Revoked") return REVOKED;
        return UNKNOWN;
    }

    /// @dev > OutOfDate with UpToDate or SWHardeningNeeded is OutOfDate; with ConfigurationNeeded it is
    /// > OutOfDateConfigurationNeeded (Intel DCAP quote verification, "TCB status").
    function statusOf(Rating rating) internal pure returns (uint8) {
        uint256 meaning = rating.meaningOf();
        if (meaning & REVOKED != 0) return REVOKED_STATUS;
        bool configuration = meaning & CONFIGURATION != 0;
        if (meaning & OUT_OF_DATE != 0) return configuration ? OUT_OF_DATE_CONFIGURATION_NEEDED : OUT_OF_DATE_STATUS;
        bool hardening = meaning & HARDENING != 0;
        if (configuration) return hardening ? CONFIGURATION_AND_SW_HARDENING_NEEDED : CONFIGURATION_NEEDED;
        return hardening ? SW_HARDENING_NEEDED : UP_TO_DATE;
    }
}
