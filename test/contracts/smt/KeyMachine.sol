// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The states of one key and of its ceremony, as KeyRegistry and KeyCeremonies change them
/// @dev A model: what other contracts, signatures and time decide is a parameter that may be anything, and so is how
/// many members there are: `last` says that all have confirmed. smt.ts proves the assertions for every sequence of
/// calls; a test compares the states that each function names with the contracts'.
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

    // The key's words, but for pauses: what an enclave reads of who holds it.
    Status private _status;
    bool private _isHeld; // committee, size, attempt, public key: written together
    bool private _birth;

    Ceremony private _ceremony;
    /// @dev every member of this attempt has confirmed the same
    bool private _complete;

    // What has happened, kept to say what must hold.
    bool private _voted;
    bool private _switched;
    bool private _switchedTwice;
    /// @dev another attempt was opened after the switch: the key's words would no longer be the ceremony's
    bool private _openedSince;
    bool private _announced;
    bool private _rechecked;

    function createKey(bool voted) external {
        require(voted && _status == Status.None);

        _status = Status.Pending;
        _voted = true;
        _openAttempt();
        _check();
    }

    /// @dev `over` is whether the attempt's deadline has passed.
    function openAttempt(bool over) external {
        require(_status != Status.None);
        require(_ceremony != Ceremony.Done && _ceremony != Ceremony.None);
        require(over);

        _openAttempt();
        _check();
    }

    /// @dev `agrees` is whether the member confirms what those before it did, `first` whether it had not confirmed yet.
    function confirm(bool ofThisAttempt, bool agrees, bool first, bool last, bool over) external {
        require(_ceremony == Ceremony.Open);
        require(ofThisAttempt);
        require(first && !over);

        if (!agrees || !last) return;
        _complete = true;
        _ceremony = Ceremony.Confirmed;
        _check();
    }

    /// @dev The switch: here the key's words are written, and nowhere else.
    function activate(bool signedByTheKey) external {
        require(_ceremony == Ceremony.Confirmed);
        require(signedByTheKey);

        _ceremony = Ceremony.Done;
        _status = Status.Active;
        _isHeld = true;
        _birth = true;
        _switchedTwice = _switched;
        _switched = true;
        _check();
    }

    /// @dev Another committee is announced for a key that is held, and changes nothing of it.
    function announceCommittee() external {
        require(_status == Status.Active);

        _announced = true;
        _check();
    }

    /// @dev Members are those who hold the key, or before the switch those who are to.
    function recheck() external {
        require(_status != Status.None);

        _rechecked = true;
        if (_status == Status.Active) assert(!_openedSince);
        _check();
    }

    function _openAttempt() private {
        _ceremony = Ceremony.Open;
        _complete = false;
        _openedSince = _switched;
    }

    function _check() private view {
        assert(_status == Status.None || _voted);
        assert((_ceremony == Ceremony.None) == (_status == Status.None));
        // every member, of one attempt
        assert(_ceremony != Ceremony.Confirmed || _complete);
        // before the switch there is nothing in the key's words but that it is pending
        assert(_switched || (!_isHeld && !_birth && _status != Status.Active));
        // and after it they stay what every member of one attempt had confirmed, and the key had signed
        assert(!_switchedTwice);
        assert(!_switched || (_ceremony == Ceremony.Done && _status == Status.Active && _birth));
        assert(!_switched || (_isHeld && !_openedSince && _complete));
    }
}
