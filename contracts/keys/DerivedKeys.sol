// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";
import {BIRTH_TAG} from "../types/Tags.sol";
import {Derivation} from "./Derivation.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyStorage} from "./KeyStorage.sol";
import {DerivedPoints, KeyStatus, PayloadKind, PublicKey, Scheme} from "./KeyTypes.sol";
import {Secp256k1} from "../signatures/Secp256k1.sol";

/// @title Keys of requesters and paths, derived from root keys
abstract contract DerivedKeys is KeyStorage {
    /// @inheritdoc IKeyRegistry
    function claimDerivedKey(KeyId keyId, address requester, bytes32 path, DerivedPoints calldata points) external {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        require(entry.scheme != Scheme.Ed25519, KeyRegistryNoDerivation(keyId, entry.scheme, requester, path));
        PublicKey memory derived = _requireDerived(keyId, entry, requester, path, points);
        PublicKey memory output;
        if (entry.scheme == Scheme.Bip340) output = _requireOutput(keyId, points);

        _derived[keyId][requester][path] = Derived(
            derived.prefix, Secp256k1.coordinatesAddress(uint256(points.derivedX), uint256(points.derivedY)), derived.x, output.x
        );
        emit DerivedKeyClaimed(keyId, requester, path, derived, output);
    }

    /// @inheritdoc IKeyRegistry
    function verifyingKey(KeyId keyId, address requester, bytes32 path, PayloadKind kind)
        external
        view
        returns (Scheme scheme, PublicKey memory found)
    {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        scheme = entry.scheme;
        if (scheme == Scheme.Ed25519) return (scheme, _requireUnderived(keyId, entry, requester, path));

        Derived storage derived = _derived[keyId][requester][path];
        require(derived.x != 0, KeyRegistryUnclaimed(keyId, requester, path));
        if (scheme == Scheme.EcdsaSecp256k1) return (scheme, PublicKey(derived.prefix, derived.x));
        return (scheme, PublicKey(Secp256k1.EVEN, kind == PayloadKind.BitcoinPsbt ? derived.outputX : derived.x));
    }

    /// @inheritdoc IKeyRegistry
    function signerOf(KeyId keyId, address requester, bytes32 path, PayloadKind kind)
        external
        view
        returns (Scheme scheme, bytes32 signer)
    {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        scheme = entry.scheme;
        if (scheme == Scheme.Ed25519) return (scheme, _requireUnderived(keyId, entry, requester, path).x);

        Derived storage derived = _derived[keyId][requester][path];
        if (scheme == Scheme.EcdsaSecp256k1) signer = bytes32(uint256(uint160(derived.account)));
        else signer = kind == PayloadKind.BitcoinPsbt ? derived.outputX : derived.x;
        require(signer != 0, KeyRegistryUnclaimed(keyId, requester, path));
    }

    /// @inheritdoc IKeyRegistry
    function derivedAddress(KeyId keyId, address requester, bytes32 path) external view returns (address) {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        require(entry.scheme != Scheme.Ed25519, KeyRegistryNoDerivation(keyId, entry.scheme, requester, path));
        return _derivedAddress(keyId, entry, requester, path);
    }

    /// @inheritdoc IKeyRegistry
    function birthDomain(KeyId keyId) external view returns (bytes32) {
        return _birthDomain(keyId, _requireStatus(keyId, KeyStatus.Active));
    }

    function _requireUnderived(KeyId keyId, Key storage entry, address requester, bytes32 path)
        private
        view
        returns (PublicKey memory)
    {
        require(path == 0, KeyRegistryNoDerivation(keyId, entry.scheme, requester, path));
        return _root(entry);
    }

    function _requireDerived(
        KeyId keyId,
        Key storage entry,
        address requester,
        bytes32 path,
        DerivedPoints calldata points
    ) private view returns (PublicKey memory) {
        address expected = _derivedAddress(keyId, entry, requester, path);
        address claimed = Secp256k1.coordinatesAddress(uint256(points.derivedX), uint256(points.derivedY));
        require(
            expected != address(0) && claimed == expected, KeyRegistryWrongDerivedPoint(keyId, claimed, expected)
        );
        return PublicKey(Secp256k1.prefixOf(uint256(points.derivedY)), points.derivedX);
    }

    function _derivedAddress(KeyId keyId, Key storage entry, address requester, bytes32 path)
        private
        view
        returns (address)
    {
        uint256 tweak = Derivation.tweak(_birthDomain(keyId, entry), requester, path);
        return Derivation.derivedAddress(entry.publicKeyPrefix, entry.publicKeyX, tweak);
    }

    function _birthDomain(KeyId keyId, Key storage entry) private view returns (bytes32) {
        return keccak256(
            abi.encode(BIRTH_TAG, block.chainid, address(this), keyId, entry.publicKeyPrefix, entry.publicKeyX)
        );
    }

    function _requireOutput(KeyId keyId, DerivedPoints calldata points) private view returns (PublicKey memory) {
        address expected = Derivation.outputAddress(points.derivedX);
        address claimed = Secp256k1.coordinatesAddress(uint256(points.outputX), uint256(points.outputY));
        require(expected != address(0) && claimed == expected, KeyRegistryWrongOutputPoint(keyId, claimed, expected));
        return PublicKey(Secp256k1.prefixOf(uint256(points.outputY)), points.outputX);
    }
}
