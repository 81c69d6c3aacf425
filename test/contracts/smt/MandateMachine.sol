// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The states of one mandate, as Mandates changes them
/// @dev A model: what other contracts decide is a parameter that may be anything. smt.ts proves the assertions for every sequence of calls;
/// a test compares the states that each function names with the contract's.
contract MandateMachine {
    enum State {
        None,
        Placed,
        Filled,
        Cancelled,
        Expired
    }

    State private _state;
    uint48 private _placedAt;
    uint48 private _deadline;

    /// @dev block.timestamp, which the checker would let run backwards
    uint48 private _now;

    // What has happened, kept to say what must hold.
    bool private _authorised;
    uint256 private _requests;
    bool private _inTime;
    bool private _within;
    uint48 private _queuedAt;

    function pass(uint32 time) external {
        require(_now < 2 ** 40);
        _now += time;
        _check();
    }

    function placeMandate(bool mayRequest, uint48 deadline) external {
        require(mayRequest && _state == State.None);
        require(deadline > _now);

        _state = State.Placed;
        _placedAt = _now;
        _deadline = deadline;
        _authorised = true;
        _check();
    }

    function fill(bool mayFill, bool stillMayRequest, uint128 fee, uint128 feeCap) external {
        _requirePlaced();
        require(mayFill && stillMayRequest);
        require(fee <= feeCap);

        _state = State.Filled;
        _requests += 1;
        _inTime = _now <= _deadline;
        _within = fee <= feeCap;
        _queuedAt = _placedAt;
        _check();
    }

    function cancelMandate(bool mayCancel) external {
        _requirePlaced();
        require(mayCancel);

        _state = State.Cancelled;
        _check();
    }

    function _requirePlaced() private view {
        require(_stateOf() == State.Placed);
    }

    function _stateOf() private view returns (State) {
        return _state == State.Placed && _now > _deadline ? State.Expired : _state;
    }

    function _check() private view {
        assert(_requests == (_state == State.Filled ? 1 : 0)); // at most one request, and none of what was cancelled
        assert(_state == State.None || _authorised);
        assert(_state != State.Filled || (_inTime && _within));
        assert(_state != State.Filled || _queuedAt == _placedAt); // its delay runs from when the effects were there to be seen
        assert(_state != State.Expired); // time alone makes it so, and nothing is written
    }
}
