// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {DerivedPoints, KeyStatus, PublicKey, Scheme} from "./KeyTypes.sol";

/// @title Keys of requesters and paths, derived from root keys: checked once, and kept
/// @notice The key of (key, requester, path) is P + tweak G over the root key P; what the tweak binds to is stored with
/// the key at its birth, so a claim holds for ever. An Ed25519 key has no derivation: it is claimed as it is, under
/// path zero.
interface IDerivedKeys {
    /// @notice The key of (requester, path) was checked.
    /// @param keyId of the root key
    /// @param requester whose key it is
    /// @param path see `claim`
    /// @param derived the key that signs
    /// @param output its Taproot output key for bip340 keys, zeros for others
    event DerivedKeyClaimed(
        KeyId indexed keyId, address indexed requester, bytes32 indexed path, PublicKey derived, PublicKey output
    );

    /// @notice Before it is active a key has no root to derive from.
    error DerivedKeysNotActive(KeyId keyId, KeyStatus status);
    /// @notice Ed25519 keys are used as they are: no path, no derived address.
    error DerivedKeysNoDerivation(KeyId keyId, Scheme scheme, address requester, bytes32 path);
    /// @notice Ed25519 keys are used as they are: no points.
    error DerivedKeysPointsUnneeded(KeyId keyId, Scheme scheme);
    /// @notice The coordinates are not those of the derived key, both by their address.
    error DerivedKeysWrongDerivedPoint(KeyId keyId, address claimed, address expected);
    /// @notice The coordinates are not those of the Taproot output key, both by their address.
    error DerivedKeysWrongOutputPoint(KeyId keyId, address claimed, address expected);
    /// @notice The derived key has to be claimed first.
    error DerivedKeysUnclaimed(KeyId keyId, address requester, bytes32 path);

    /// @notice There has to be one signature per digest.
    error DerivedKeysSignatureCount(uint256 signatures, uint256 digests);
    /// @notice The signature of digest `index` is not of the derived key.
    error DerivedKeysInvalidSignature(KeyId keyId, address requester, bytes32 path, uint256 index);

    /// @notice Checks and keeps the key of (requester, path), with its Taproot output key for a bip340 key. Anyone may
    /// call.
    /// @dev Says nothing of who may ask: a claim needs no row, and gives none.
    /// @param keyId of an active key
    /// @param requester whose key it is
    /// @param path of the requester's choice; zero for an Ed25519 key
    /// @param points coordinates to check; the output point counts for bip340 keys only, and all are zero for an
    /// Ed25519 key
    function claim(KeyId keyId, address requester, bytes32 path, DerivedPoints calldata points) external;

    /// @notice The key that must verify for this kind of payload; reverts if it has not been claimed.
    /// @dev A bip340 key is its x-coordinate, lifted to the even y: its prefix is always 2 here.
    /// @param keyId of the root key
    /// @param requester whose key it is
    /// @param path see `claim`
    /// @param kind a number of `PayloadKinds`
    /// @return scheme of its signatures
    /// @return found the key
    function verifyingKey(KeyId keyId, address requester, bytes32 path, uint8 kind)
        external
        view
        returns (Scheme scheme, PublicKey memory found);

    /// @notice The same key as one word, enough to verify with: x for bip340, the address for ECDSA, the encoding for
    /// Ed25519.
    /// @param keyId see `verifyingKey`
    /// @param requester see `verifyingKey`
    /// @param path see `verifyingKey`
    /// @param kind see `verifyingKey`
    /// @return scheme of its signatures
    /// @return signer the word
    function signerOf(KeyId keyId, address requester, bytes32 path, uint8 kind)
        external
        view
        returns (Scheme scheme, bytes32 signer);

    /// @notice Reverts unless the key that `signerOf` names has signed each digest; none is signed by none.
    /// @param keyId see `verifyingKey`
    /// @param requester see `verifyingKey`
    /// @param path see `verifyingKey`
    /// @param kind see `verifyingKey`
    /// @param digests 32 bytes each; for an Ed25519 key the message itself
    /// @param signatures one for each digest, in its scheme's encoding
    function requireSigned(
        KeyId keyId,
        address requester,
        bytes32 path,
        uint8 kind,
        bytes[] calldata digests,
        bytes[] calldata signatures
    ) external view;

    /// @notice Ethereum address of the derived key of (requester, path), claimed or not.
    function derivedAddress(KeyId keyId, address requester, bytes32 path) external view returns (address);

    /// @notice The registry that all keys are of.
    function keys() external view returns (IKeyRegistry);
}
