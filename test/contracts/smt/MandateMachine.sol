// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title One mandate: its announcement, which the core keeps, and its filling, which the module checks
/// @dev A model: what other contracts decide is a parameter that may be anything. smt.ts proves the assertions for
/// every sequence of calls; a test compares the functions with those of the contracts.
contract MandateMachine {
    uint48 private constant MIN_ROOM = 40 minutes;

    /// @dev Of the core: zero once it is used up.
    uint48 private _announcedAt;
    uint40 private _announcedEpoch;
    /// @dev Of the mandate, under its id.
    uint48 private _deadline;
    bool private _placed;

    /// @dev Of the row.
    uint40 private _epoch = 1;
    uint32 private _delay;

    /// @dev block.timestamp, which the checker would let run backwards
    uint48 private _now = 1;

    // What has happened, kept to say what must hold.
    uint48 private _placedAt;
    uint40 private _epochThen;
    uint32 private _delayThen;
    bool private _withdrawn;
    bool private _within;
    uint256 private _requests;
    uint48 private _readyAt;
    uint40 private _filledEpoch;

    function pass(uint32 time) external {
        require(_now < 2 ** 40);
        _now += time;
        _check();
    }

    /// @dev And whatever a vote changes of the row, which raises it too.
    function raise(uint32 delay) external {
        require(_epoch < type(uint40).max);
        _epoch += 1;
        _delay = delay;
        _check();
    }

    /// @dev A counter makes each id a new one, so this is placed once.
    function place(bool isModule, uint48 deadline) external {
        require(isModule && !_placed);
        require(deadline >= _now + _delay + MIN_ROOM);

        _placed = true;
        _deadline = deadline;
        (_announcedAt, _announcedEpoch) = (_now, _epoch);
        (_placedAt, _epochThen, _delayThen) = (_now, _epoch, _delay);
        _check();
    }

    function withdraw(bool mayWithdraw) external {
        require(mayWithdraw);
        require(_announcedAt != 0);

        (_announcedAt, _announcedEpoch) = (0, 0);
        _withdrawn = true;
        _check();
    }

    function fill(bool mayFill, bool isModule, uint128 fee, uint128 feeCap) external {
        require(mayFill);
        require(fee <= feeCap);
        require(isModule);
        (uint48 announcedAt, uint40 announcedEpoch) = (_announcedAt, _announcedEpoch);
        require(announcedAt != 0);
        (_announcedAt, _announcedEpoch) = (0, 0);
        require(announcedEpoch == _epoch);
        uint48 readyAt = announcedAt + _delay > _now ? announcedAt + _delay : _now;
        require(_deadline >= readyAt + MIN_ROOM);

        _requests += 1;
        _within = fee <= feeCap;
        (_readyAt, _filledEpoch) = (readyAt, _epoch);
        _check();
    }

    function _check() private view {
        assert(_requests <= 1);
        assert(_requests == 0 || (_placed && _announcedAt == 0)); // it was placed, and nothing of it is left
        assert(_requests == 0 || !_withdrawn);
        assert(_requests == 0 || _within);
        // the delay runs from when the effects were there to be seen
        assert(_requests == 0 || _readyAt >= _placedAt + _delayThen);
        assert(_requests == 0 || _readyAt + MIN_ROOM <= _deadline);
        assert(_requests == 0 || _filledEpoch == _epochThen); // of what the row said then, nothing has changed
    }
}
