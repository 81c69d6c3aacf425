// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The states of one signing request, as SigningRequests changes them
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
    bool private _voted;
    bool private _undelivered;

    /// @dev block.timestamp, which the checker would let run backwards
    uint48 private _now;
    /// @dev the row has a newer epoch than the request
    bool private _overtaken;

    // What has happened, kept to say what must hold.
    bool private _authorised;
    bool private _waited;
    bool private _hadRoom;
    bool private _signedInTime;
    bool private _endedByRequester;
    bool private _ended;
    bool private _endedTwice;

    function pass(uint32 time, bool raised) external {
        require(_now < 2 ** 40);
        _now += time;
        if (raised) _overtaken = true;
        _check();
    }

    /// @dev `earliest` is when the row's delay is over; before it exists nothing is READY.
    function request(bool mayRequest, uint48 earliest, uint48 deadline) external {
        _open(mayRequest, earliest, deadline, false);
    }

    /// @dev By a vote, or by a module that has announced it.
    function requestFor(bool mayRequest, bool byVote, uint48 earliest, uint48 deadline) external {
        _open(mayRequest, earliest, deadline, byVote);
    }

    function _open(bool mayRequest, uint48 earliest, uint48 deadline, bool voted) private {
        require(mayRequest && _state == State.None);
        require(_now < 2 ** 40 && earliest < 2 ** 41);
        bool waits = earliest > _now;
        require(deadline > (waits ? earliest : _now) + ROOM);

        _state = waits ? State.Queued : State.Ready;
        _readyAt = waits ? earliest : _now;
        _deadline = deadline;
        _voted = voted;
        _overtaken = false;
        _authorised = true;
        _waited = !waits;
        _hadRoom = !waits;
        _check();
    }

    function markReady(bool stillMayRequest) external {
        require(_state == State.Queued);
        require(_now >= _readyAt);
        require(_now + ROOM <= _deadline);
        require(stillMayRequest && !_overtaken);

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
        _end();
        _undelivered = !delivered;
        _check();
    }

    function redeliver(bool delivered) external {
        require(_undelivered);

        _undelivered = !delivered;
        _check();
    }

    function cancel(bool byRequester, bool byGuardian) external {
        require(_state == State.Queued);
        require(byGuardian || (byRequester && !_voted));

        _state = State.Cancelled;
        _endedByRequester = !byGuardian;
        _end();
        _check();
    }

    function abandon(bool byRequester, bool byVote) external {
        require(_state == State.Ready);
        require(byVote || (byRequester && !_voted));

        _state = State.Expired;
        _endedByRequester = !byVote;
        _end();
        _check();
    }

    function endRefused(bool byRefusals) external {
        require(byRefusals);
        require(_state == State.Ready);

        _state = State.Refused;
        _end();
        _check();
    }

    function expire() external {
        bool queued = _state == State.Queued;
        require(queued || _state == State.Ready);
        require(_now > _deadline || _overtaken);

        _state = State.Expired;
        if (queued) _readyAt = 0;
        _end();
        _check();
    }

    function _end() private {
        _endedTwice = _ended;
        _ended = true;
    }

    function _check() private view {
        bool ended = _state != State.None && _state != State.Queued && _state != State.Ready;
        assert(_ended == ended && !_endedTwice); // a request ends at most once, and no end is left
        assert(_state == State.None || _authorised);
        assert(_state != State.Ready || (_waited && _hadRoom));
        assert(_state != State.Fulfilled || (_waited && _signedInTime));
        // refused, expired and cancelled requests are never fulfilled
        assert(_signedInTime == (_state == State.Fulfilled));
        assert(_state != State.Cancelled || !_waited); // what may be signed is never cancelled
        assert(!_undelivered || _state == State.Fulfilled); // nothing is delivered that was not fulfilled
        assert(!_voted || !_endedByRequester); // what a vote asked for is not the requester's to end
    }
}
