// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";

/// @dev Numbers are part of preimages and measured code: docs/formats.md.
enum Scheme {
    None,
    Bip340,
    Ed25519,
    EcdsaSecp256k1
}

/// @dev Values are read by enclaves: docs/storage.md.
enum KeyStatus {
    None,
    Pending,
    Active
}

/// @dev Values are read by enclaves: docs/storage.md, which reserves more of them.
enum CeremonyKind {
    None,
    KeyGeneration
}

/// @dev Values are read by enclaves: docs/storage.md.
enum CeremonyStatus {
    None,
    Open,
    Confirmed,
    Done
}

/// @dev The formats of light-client data that enclaves have compiled in, by the fork that brought each. Values are read
/// by enclaves: docs/storage.md.
enum Shape {
    None,
    Capella,
    Deneb,
    Electra,
    Gloas
}

/// @dev The words of a key, as enclaves read them (docs/storage.md). They change at the switch alone, when a ceremony
/// is done; but for the status and the scheme, which are there from the beginning, and for pauses.
struct Key {
    KeyStatus status;
    Scheme scheme;
    uint8 publicKeyPrefix;
    /// @dev how many members sign together
    uint16 threshold;
    uint16 size;
    uint32 epoch;
    uint32 attempt;
    /// @dev Unix time in seconds
    uint48 pausedUntil;
    bytes32 committee;
    bytes32 publicKeyX;
    bytes32 commitments;
    /// @dev what derivation binds to for ever: chain, registry, key and root public key of the key's birth
    bytes32 birth;
}

/// @dev A key's latest ceremony: what its members are to do, and what they say that they did. Enclaves read what is
/// above `confirmedBy` (docs/storage.md).
struct Ceremony {
    CeremonyKind kind;
    CeremonyStatus status;
    uint8 publicKeyPrefix;
    uint16 threshold;
    uint16 size;
    /// @dev of the key, once this is done
    uint32 epoch;
    uint32 attempt;
    /// @dev Unix time in seconds
    uint48 deadline;
    bytes32 committee;
    bytes32 publicKeyX;
    bytes32 commitments;
    /// @dev hash of what the first member of this attempt confirmed
    bytes32 statement;
    /// @dev bit i - 1 set: party i has confirmed
    uint64 confirmedBy;
    uint16 confirmations;
    bool differs;
    /// @dev seconds an attempt has to confirm
    uint32 window;
}

/// @dev What one requester may have signed by one key, as enclaves read it (docs/storage.md).
struct Row {
    /// @dev asked about each request (IRequestGuard); zero: nobody is
    address guard;
    /// @dev counts from 1 and only rises, whatever becomes of the row
    uint40 epoch;
    /// @dev bit k set: payload kind k is allowed; zero: there is no row
    uint24 kinds;
    /// @dev seconds between QUEUED and READY
    uint32 delay;
}

/// @dev A row as a vote says it.
struct RowParameters {
    address requester;
    /// @dev see `Row`
    address guard;
    /// @dev the contract that may ask in the requester's name; zero: none may
    address module;
    /// @dev see `Row`; not zero
    uint24 kinds;
    /// @dev see `Row`
    uint32 delay;
    /// @dev said where there is no guard, and only there, so that nobody forgets one
    bool unguarded;
}

/// @dev Values are read by enclaves: docs/storage.md.
struct Network {
    /// @dev until then no key signs
    uint48 pausedUntil;
    /// @dev seconds that a proven beat may be old
    uint32 beatBound;
    /// @dev requests for which an enclave signs between two beats
    uint32 releasesPerBeat;
    /// @dev seconds that enclaves want between finalised time and deadline, if more than they want anyway
    uint32 margin;
}

/// @dev A fork of the consensus layer that enclaves learn of by vote (docs/storage.md).
struct Fork {
    bytes4 version;
    /// @dev the first one in which it holds
    uint40 epoch;
    Shape shape;
    /// @dev Unix time in seconds; before it enclaves do not know the fork
    uint48 effectiveAt;
}

/// @dev What a registry is deployed with: the part of the network word that is voted once and for all keys, as in
/// `Network`.
struct Beat {
    uint32 beatBound;
    uint32 releasesPerBeat;
    uint32 margin;
    /// @dev seconds, for ever: no vote sets a lower bound
    uint32 minimumBeatBound;
}

/// @dev How many members of a committee may have the same region, vendor, platform or sealing source; 0 for any number.
/// A cap under the threshold keeps the key safe from whoever breaks one of them (I11). Operators need no cap: each has
/// one seat.
struct Diversity {
    uint16 region;
    uint16 vendor;
    uint16 platform;
    uint16 sealing;
}

struct CommitteeParameters {
    /// @dev how many of the operators sign together: 2 <= threshold <= operators.length
    uint16 threshold;
    /// @dev one seat each, in party order
    address[] operators;
    /// @dev who takes over seats, in this order
    address[] reserves;
    /// @dev seconds an attempt has to confirm
    uint32 attemptWindow;
    /// @dev each cap under the threshold, or 0
    Diversity diversity;
}

struct KeyParameters {
    Scheme scheme;
    CommitteeParameters committee;
    RowParameters[] rows;
}

/// @dev secp256k1: prefix 2 or 3 and the x-coordinate; Ed25519: prefix 0 and the 32-byte encoding.
struct PublicKey {
    uint8 prefix;
    bytes32 x;
}

/// @dev What a member's identity signs once its share is kept (EIP-712, docs/formats.md).
struct Confirmation {
    KeyId keyId;
    uint32 epoch;
    uint32 attempt;
    bytes32 committee;
    bytes32 transcript;
    uint8 publicKeyPrefix;
    bytes32 publicKeyX;
    bytes32 commitments;
}

/// @dev Points that only a hint is needed for: both are checked against `ecrecover` addresses before they are kept.
struct DerivedPoints {
    bytes32 derivedX;
    bytes32 derivedY;
    bytes32 outputX;
    bytes32 outputY;
}

/// @dev Who has the seats of a key, in party order, and who waits for one.
struct Seats {
    /// @dev place of the reserve that is next in line
    uint32 nextReserve;
    Diversity diversity;
    address[] operators;
    address[] reserves;
}
