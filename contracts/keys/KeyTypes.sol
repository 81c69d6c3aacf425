// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId, KeyId} from "../types/Ids.sol";

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
    Generating,
    Confirmed,
    Active
}

enum PayloadKind {
    None,
    BitcoinPsbt,
    SolanaMessage,
    EvmTransaction,
    Eip712,
    Eip191,
    RawDigest
}

struct Policy {
    /// @dev answer to their own rules alone, as the DAO's timelock does
    address[] requesters;
    /// @dev ask within their limits alone (ISpendingLimits), and without limits not at all
    address[] delegates;
    /// @dev bit k set: payload kind k is allowed
    uint32 kinds;
    /// @dev seconds between QUEUED and READY
    uint32 delay;
}

/// @dev Values are read by enclaves: docs/storage.md.
struct Network {
    /// @dev until then no key signs
    uint48 pausedUntil;
    /// @dev seconds that a proven beat may be old
    uint32 beatBound;
    /// @dev signatures that an enclave releases between two beats
    uint32 releasesPerBeat;
    /// @dev seconds that enclaves want between finalised time and deadline, if more than they want anyway
    uint32 margin;
}

/// @dev The part of the network word that is voted once and for all keys; as in `Network`.
struct Beat {
    uint32 beatBound;
    uint32 releasesPerBeat;
    uint32 margin;
}

/// @dev How many members of a committee may have the same region, vendor, platform or sealing source; 0 for any number.
/// A cap under the threshold keeps the key safe from whoever breaks one of them (I11). Operators need no cap: each has one seat.
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
    Policy policy;
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

struct KeyView {
    KeyId id;
    Scheme scheme;
    KeyStatus status;
    /// @dev how many members sign together
    uint16 threshold;
    uint32 epoch;
    uint32 attempt;
    uint32 policyEpoch;
    /// @dev seconds between QUEUED and READY
    uint32 delay;
    /// @dev Unix time in seconds
    uint48 pausedUntil;
    /// @dev Unix time in seconds
    uint48 attemptDeadline;
    uint16 confirmations;
    bytes32 committee;
    bytes32 policy;
    PublicKey publicKey;
    bytes32 commitments;
    /// @dev goes on with members whose measurement was retired or revoked
    bool spared;
    Diversity diversity;
    EnclaveId[] members;
}
