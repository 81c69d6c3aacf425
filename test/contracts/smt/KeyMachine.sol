// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The states of one key, as KeyRegistry and KeyCeremonies change them
/// @dev A model: what other contracts and signatures decide is a parameter that may be anything. smt.ts proves the
/// assertions for every sequence of calls; a test compares the states that each function names with the contracts'.
contract KeyMachine {
    enum Status {
        None,
        Generating,
        Confirmed,
        Active
    }

    Status private _status;
    uint16 private _size;
    uint16 private _confirmations;
    uint32 private _attempt;
    uint48 private _deadline;

    /// @dev block.timestamp, which the checker would let run backwards
    uint48 private _now;

    // What has happened, kept to say what must hold.
    bool private _voted;
    bool private _signed;
    bool private _keyChanged;
    bool private _spared;

    function pass(uint32 time) external {
        require(_now < 2 ** 40);
        _now += time;
        _check();
    }

    function createKey(bool voted, uint16 size, uint32 window) external {
        require(voted && _status == Status.None && size > 0);

        _size = size;
        _voted = true;
        _openAttempt(window);
        _check();
    }

    function openAttempt(uint32 window) external {
        require(_status != Status.None);
        require(_status != Status.Active);
        require(_now > _deadline);

        _openAttempt(window);
        _check();
    }

    /// @dev Here the public key is written; `agrees` is whether the member confirms what those before it did.
    function confirm(uint32 attempt, bool agrees, bool first) external {
        require(_status == Status.Generating);
        require(attempt == _attempt);
        require(first && _now <= _deadline);
        require(_confirmations < _size);

        if (!agrees) return;
        _confirmations += 1;
        if (_confirmations == _size) {
            _status = Status.Confirmed;
            _keyChanged = _keyChanged || _signed;
        }
        _check();
    }

    function activate(bool signedByTheKey) external {
        require(_status == Status.Confirmed);
        require(signedByTheKey);

        _status = Status.Active;
        _signed = true;
        _check();
    }

    /// @dev Whether an active key is spared is kept, and nothing else.
    function recheck(bool spared) external {
        require(_status != Status.None);
        _spared = spared && _status == Status.Active;
        _check();
    }

    function _openAttempt(uint32 window) private {
        require(_now < 2 ** 40);
        _status = Status.Generating;
        _attempt += 1;
        _confirmations = 0;
        _deadline = _now + window;
    }

    function _check() private view {
        assert(_status == Status.None || _voted);
        assert(_confirmations <= _size);
        assert(_status != Status.Confirmed || _confirmations == _size); // every member, of one attempt
        assert(_status != Status.Active || (_signed && _confirmations == _size));
        assert(!_spared || _signed); // nothing to lose, nothing to spare
        assert(!_signed || _status == Status.Active); // an active key stays active
        assert(!_keyChanged); // and keeps its public key
    }
}
