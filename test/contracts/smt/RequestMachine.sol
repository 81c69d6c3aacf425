// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The states of one signing request, as SigningRequests and RequestEndings change them
/// @dev A model: what other contracts and signatures decide is a parameter that may be anything. smt.ts proves the
/// assertions for every sequence of calls; a test compares the states that each function names with the contracts'.
contract RequestMachine {
    enum State {
        None,
        Queued,
        Ready,
        Fulfilled,
        Refused,
        Expired,
        Cancelled
    }

    /// @dev READY_ROOM
    uint48 private constant ROOM = 30 minutes;

    State private _state;
    uint48 private _readyAt;
    uint48 private _deadline;
    bool private _late;
    bool private _undelivered;

    /// @dev block.timestamp, which the checker would let run backwards
    uint48 private _now;

    // What has happened, kept to say what must hold.
    bool private _authorised;
    bool private _waited;
    bool private _hadRoom;
    bool private _signedInTime;
    uint256 private _ends;

    function pass(uint32 time) external {
        require(_now < 2 ** 40);
        _now += time;
        _check();
    }

    function requestSignature(bool mayRequest, uint32 delay, uint48 deadline) external {
        _request(mayRequest, delay, deadline);
    }

    function _request(bool mayRequest, uint32 delay, uint48 deadline) private {
        require(mayRequest && _state == State.None);
        require(_now < 2 ** 40);
        uint48 readyAt = _now + delay;
        require(deadline > readyAt + ROOM);

        _state = State.Queued;
        _readyAt = readyAt;
        _deadline = deadline;
        _authorised = true;
        _check();
    }

    /// @dev What it asks of the request that it replaces is a parameter: that is another one.
    function requestReplacement(bool mayReplace, bool mayRequest, uint32 delay, uint48 deadline) external {
        require(mayReplace);
        _request(mayRequest, delay, deadline);
    }

    function markReady(bool stillMayRequest) external {
        require(_state == State.Queued);
        require(_now >= _readyAt);
        require(_now + ROOM <= _deadline);
        require(stillMayRequest);

        _state = State.Ready;
        _readyAt = _now;
        _waited = true;
        _hadRoom = _deadline - _now >= ROOM;
        _check();
    }

    function fulfil(bool valid, bool delivered) external {
        require(_state == State.Ready);
        require(_now <= _deadline);
        require(valid);

        _state = State.Fulfilled;
        _signedInTime = true;
        _ends += 1;
        _undelivered = !delivered;
        _check();
    }

    function redeliver(bool delivered) external {
        require(_undelivered);

        _undelivered = !delivered;
        _check();
    }

    function cancel(bool mayCancel) external {
        require(_state == State.Queued);
        require(mayCancel);

        _state = State.Cancelled;
        _ends += 1;
        _check();
    }

    function refuse(bool last) external {
        require(_state == State.Ready);
        require(_now <= _deadline);

        if (!last) return;
        _state = State.Refused;
        _ends += 1;
        _check();
    }

    function expire() external {
        require(_state == State.Queued || _state == State.Ready);
        require(_now > _deadline);

        _state = State.Expired;
        _ends += 1;
        _check();
    }

    function recordLate(bool valid) external {
        require(
            _state == State.Expired || _state == State.Refused
                || (_state == State.Ready && _now > _deadline)
        );
        require(!_late);
        require(valid);

        _late = true;
        _check();
    }

    function _check() private view {
        bool ended = _state != State.None && _state != State.Queued && _state != State.Ready;
        assert(_ends == (ended ? 1 : 0)); // a request ends at most once, and no end is left
        assert(_state == State.None || _authorised);
        assert(_state != State.Ready || (_waited && _hadRoom));
        assert(_state != State.Fulfilled || (_waited && _signedInTime));
        // refused, expired and cancelled requests are never fulfilled
        assert(_signedInTime == (_state == State.Fulfilled));
        assert(_state != State.Cancelled || !_waited); // what may be signed is never cancelled
        assert(!_undelivered || _state == State.Fulfilled); // nothing is delivered that was not fulfilled
        assert(!_late || !_signedInTime); // one set of signatures: in time or late
    }
}
