// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The states of one key and of its ceremony, as KeyRegistry and KeyCeremonies change them
/// @dev A model: what other contracts and signatures decide is a parameter that may be anything. smt.ts proves the
/// assertions for every sequence of calls; a test compares the states that each function names with the contracts'.
contract KeyMachine {
    enum Status {
        None,
        Pending,
        Active
    }

    enum Ceremony {
        None,
        Open,
        Confirmed,
        Done
    }

    /// @dev The key's words, but for pauses: what an enclave reads of who holds it.
    struct Words {
        Status status;
        uint16 size;
        uint32 attempt;
        bool birth;
    }

    Words private _key;
    Ceremony private _ceremony;
    uint16 private _size;
    uint16 private _confirmations;
    uint32 private _attempt;
    uint48 private _deadline;

    /// @dev block.timestamp, which the checker would let run backwards
    uint48 private _now;

    // What has happened, kept to say what must hold.
    bool private _voted;
    uint256 private _switches;

    function pass(uint32 time) external {
        require(_now < 2 ** 40);
        _now += time;
        _check();
    }

    function createKey(bool voted, uint16 size, uint32 window) external {
        require(voted && _key.status == Status.None && size > 0);

        _key.status = Status.Pending;
        _size = size;
        _voted = true;
        _openAttempt(window);
        _check();
    }

    function openAttempt(uint32 window) external {
        require(_key.status != Status.None);
        require(_ceremony != Ceremony.Done && _ceremony != Ceremony.None);
        require(_now > _deadline);

        _openAttempt(window);
        _check();
    }

    /// @dev `agrees` is whether the member confirms what those before it did.
    function confirm(uint32 attempt, bool agrees, bool first) external {
        require(_ceremony == Ceremony.Open);
        require(attempt == _attempt);
        require(first && _now <= _deadline);
        require(_confirmations < _size);

        if (!agrees) return;
        _confirmations += 1;
        if (_confirmations == _size) _ceremony = Ceremony.Confirmed;
        _check();
    }

    /// @dev The switch: here the key's words are written, and nowhere else.
    function activate(bool signedByTheKey) external {
        require(_ceremony == Ceremony.Confirmed);
        require(signedByTheKey);

        _ceremony = Ceremony.Done;
        _key = Words(Status.Active, _size, _attempt, true);
        _switches += 1;
        _check();
    }

    /// @dev Another committee is announced for a key that is held, and changes nothing of it.
    function announceCommittee() external {
        require(_key.status == Status.Active);
        _check();
    }

    /// @dev Members are those who hold the key, or before the switch those who are to.
    function recheck() external {
        require(_key.status != Status.None);
        if (_key.status == Status.Active) assert(_key.size == _size);
        _check();
    }

    function _openAttempt(uint32 window) private {
        require(_now < 2 ** 40);
        _ceremony = Ceremony.Open;
        _attempt += 1;
        _confirmations = 0;
        _deadline = _now + window;
    }

    function _check() private view {
        assert(_key.status == Status.None || _voted);
        assert((_ceremony == Ceremony.None) == (_key.status == Status.None));
        assert(_confirmations <= _size);
        // every member, of one attempt
        assert(_ceremony != Ceremony.Confirmed || _confirmations == _size);
        // before the switch there is nothing in the key's words but that it is pending
        assert(_switches != 0 || (_key.size == 0 && _key.attempt == 0 && !_key.birth && _key.status != Status.Active));
        // and after it they stay what every member of one attempt had confirmed, and the key had signed
        assert(_switches <= 1);
        assert(_switches == 0 || (_ceremony == Ceremony.Done && _key.status == Status.Active && _key.birth));
        assert(_switches == 0 || (_key.size == _size && _key.attempt == _attempt && _confirmations == _size));
    }
}
