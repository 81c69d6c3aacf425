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
    address[] requesters;
    /// @dev bit k set: payload kind k is allowed
    uint32 kinds;
    /// @dev seconds between QUEUED and READY
    uint32 delay;
}

struct KeyParameters {
    Scheme scheme;
    uint16 threshold;
    address[] operators;
    address[] reserves;
    /// @dev seconds an attempt has to confirm
    uint32 attemptWindow;
    Policy policy;
}

struct PublicKey {
    uint8 prefix;
    bytes32 x;
}

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
    uint16 threshold;
    uint32 epoch;
    uint32 attempt;
    uint32 policyEpoch;
    uint32 delay;
    uint48 pausedUntil;
    uint48 attemptDeadline;
    uint16 confirmations;
    bytes32 committee;
    bytes32 policy;
    PublicKey publicKey;
    bytes32 commitments;
    EnclaveId[] members;
}

interface IKeyRegistry {
    event KeyCreated(KeyId indexed keyId, Scheme indexed scheme, KeyParameters parameters);
    event AttemptOpened(KeyId indexed keyId, uint32 indexed attempt, uint32 epoch, uint16 threshold, EnclaveId[] members, uint48 deadline);
    event KeyConfirmedBy(KeyId indexed keyId, uint32 indexed attempt, EnclaveId indexed member, Confirmation confirmation);
    event KeyConfirmed(KeyId indexed keyId, uint32 indexed attempt, PublicKey publicKey);
    event KeyActivated(KeyId indexed keyId, uint32 indexed epoch, PublicKey publicKey, bytes signature);
    event DerivedKeyClaimed(KeyId indexed keyId, address indexed requester, bytes32 indexed path, PublicKey derived, PublicKey output);

    /// @notice By vote. Opens attempt 1 with the operators' enclaves.
    function createKey(KeyParameters calldata parameters) external returns (KeyId);

    /// @notice After an attempt's deadline, by anyone: opens the next one, with reserves where a seat has no eligible enclave.
    function openAttempt(KeyId keyId) external;

    /// @notice One member's signed statement that it keeps its share. All members must say the same. Anyone may relay.
    function confirm(EnclaveId member, Confirmation calldata confirmation, bytes calldata identitySignature) external;

    /// @notice CONFIRMED -> ACTIVE with the new key's own signature over its activation message. Anyone may relay.
    function activate(KeyId keyId, bytes calldata signature) external;

    /// @notice Checks and caches the derived key (and Taproot output key) of (requester, path). Anyone may call.
    function claimDerivedKey(KeyId keyId, address requester, bytes32 path, DerivedPoints calldata points) external;

    /// @notice The key that must verify for this kind of payload; reverts if it has not been claimed.
    function verifyingKey(KeyId keyId, address requester, bytes32 path, PayloadKind kind) external view returns (Scheme scheme, PublicKey memory);
    function derivedAddress(KeyId keyId, address requester, bytes32 path) external view returns (address);
    function birthDomain(KeyId keyId) external view returns (bytes32);
    function activationMessage(KeyId keyId) external view returns (bytes32);
    /// @notice Reverts unless the key may take this request now; returns its delay in seconds.
    function requireRequestable(KeyId keyId, address requester, PayloadKind kind) external view returns (uint32 delay);
    function key(KeyId keyId) external view returns (KeyView memory);
    function keyCount() external view returns (uint256);
    function keys(uint256 offset, uint256 limit) external view returns (KeyView[] memory);
}
