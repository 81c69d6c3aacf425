// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Dates as seconds since 1970, in the proleptic Gregorian calendar
library Moment {
    uint256 private constant DAY = 86_400;

    /// @dev Two decimal digits at `position` of memory; 100 or more if it is none.
    function pair(uint256 position) internal pure returns (uint256) {
        uint256 both;
        assembly ("memory-safe") {
            both := shr(240, mload(position))
        }
        (uint256 tens, uint256 ones) = (both >> 8, both & 0xff);
        if (tens < 0x30 || tens > 0x39 || ones < 0x30 || ones > 0x39) return 10_000;
        return (tens - 0x30) * 10 + ones - 0x30;
    }

    /// @param clock hour, minute and second, from the left, 16 bits each
    /// @return whether there is such a moment, and which
    function secondsOf(uint256 year, uint256 month, uint256 day, uint256 clock)
        internal
        pure
        returns (bool, uint256)
    {
        (uint256 hour, uint256 minute, uint256 second) = (clock >> 32, clock >> 16 & 0xffff, clock & 0xffff);
        bool exists = year >= 1970 && year < 10_000 && month > 0 && month <= 12 && day > 0
            && day <= _daysIn(year, month) && hour < 24 && minute < 60 && second < 60;
        if (!exists) return (false, 0);
        return (true, _daysBefore(year, month, day) * DAY + hour * 3600 + minute * 60 + second);
    }

    function _daysIn(uint256 year, uint256 month) private pure returns (uint256) {
        if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /// @dev Years begin in March, so the leap day is their last (H. Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms").
    function _daysBefore(uint256 year, uint256 month, uint256 day) private pure returns (uint256) {
        if (month <= 2) --year;
        uint256 ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return year * 365 + year / 4 - year / 100 + year / 400 + ofYear - 719_468;
    }
}
