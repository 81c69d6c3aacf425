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
    uint256 private _ends;

    function pass(uint32 time, bool raised) external {
        require(_now < 2 ** 40);
        _now += time;
        _overtaken = _overtaken || (raised && _state != State.None);
        _check();
    }

    function request(bool mayRequest, uint32 delay, uint48 deadline) external {
        require(mayRequest);
        _open(_now, delay, deadline, false);
    }

    /// @dev By a vote, or by a module that has announced it.
    function requestFor(bool byVote, bool mayRequest, uint48 announcedAt, uint32 delay, uint48 deadline) external {
        require(mayRequest);
        require(byVote || announcedAt <= _now);
        _open(byVote ? _now : announcedAt, delay, deadline, byVote);
    }

    function _open(uint48 queuedAt, uint32 delay, uint48 deadline, bool voted) private {
        require(_state == State.None);
        require(_now < 2 ** 40);
        uint48 readyAt = queuedAt + delay;
        if (readyAt < _now) readyAt = _now;
        require(deadline > readyAt + ROOM);

        _state = readyAt == _now ? State.Ready : State.Queued;
        _readyAt = readyAt;
        _deadline = deadline;
        _voted = voted;
        _authorised = true;
        _waited = readyAt == _now;
        _hadRoom = _waited;
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
        _ends += 1;
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
        _ends += 1;
        _check();
    }

    function abandon(bool byRequester, bool byVote) external {
        require(_state == State.Ready);
        require(byVote || (byRequester && !_voted));

        _state = State.Expired;
        _endedByRequester = !byVote;
        _ends += 1;
        _check();
    }

    function endRefused(bool byRefusals) external {
        require(byRefusals);
        require(_state == State.Ready);

        _state = State.Refused;
        _ends += 1;
        _check();
    }

    function expire() external {
        bool queued = _state == State.Queued;
        require(queued || _state == State.Ready);
        require(_now > _deadline || _overtaken);

        _state = State.Expired;
        if (queued) _readyAt = 0;
        _ends += 1;
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
        assert(!_voted || !_endedByRequester); // what a vote asked for is not the requester's to end
    }
}
