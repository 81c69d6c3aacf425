// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISignatureVerifier} from "../signatures/ISignatureVerifier.sol";
import {Secp256k1} from "../signatures/Secp256k1.sol";
import {Signatures} from "../signatures/Signatures.sol";
import {Described} from "../types/Described.sol";
import {KeyId} from "../types/Ids.sol";
import {PayloadKinds} from "../types/Kinds.sol";
import {Derivation} from "./Derivation.sol";
import {IDerivedKeys} from "./IDerivedKeys.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {DerivedPoints, Key, KeyStatus, PublicKey, Scheme} from "./KeyTypes.sol";

/// @title Keys of requesters and paths, derived from root keys: checked once, and kept
contract DerivedKeys is IDerivedKeys, Described {
    /// @dev All that a signature is verified with is here: the registry is asked at the claim alone.
    struct Derived {
        uint8 prefix;
        Scheme scheme;
        address account;
        bytes32 x;
        bytes32 outputX;
    }

    mapping(KeyId keyId => mapping(address requester => mapping(bytes32 path => Derived))) private _derived;
    IKeyRegistry private immutable _keys;
    ISignatureVerifier private immutable _verifier;

    constructor(IKeyRegistry keys_, ISignatureVerifier verifier_) {
        _keys = keys_;
        _verifier = verifier_;
    }

    /// @inheritdoc IDerivedKeys
    function claim(KeyId keyId, address requester, bytes32 path, DerivedPoints calldata points) external {
        Key memory root = _requireActive(keyId);
        Derived memory derived = root.scheme == Scheme.Ed25519
            ? _underived(keyId, root, requester, path, points)
            : _checked(keyId, root, requester, path, points);

        _derived[keyId][requester][path] = derived;
        PublicKey memory output;
        if (derived.outputX != 0) output = PublicKey(Secp256k1.prefixOf(uint256(points.outputY)), derived.outputX);
        emit DerivedKeyClaimed(keyId, requester, path, PublicKey(derived.prefix, derived.x), output);
    }

    /// @inheritdoc IDerivedKeys
    function verifyingKey(KeyId keyId, address requester, bytes32 path, uint8 kind)
        external
        view
        returns (Scheme scheme, PublicKey memory found)
    {
        Derived storage derived = _derived[keyId][requester][path];
        scheme = derived.scheme;
        found.x = _coordinate(derived, kind);
        require(found.x != 0, DerivedKeysUnclaimed(keyId, requester, path));
        found.prefix = scheme == Scheme.Bip340 ? Secp256k1.EVEN : derived.prefix;
    }

    /// @inheritdoc IDerivedKeys
    function requireSigned(
        KeyId keyId,
        address requester,
        bytes32 path,
        uint8 kind,
        bytes[] calldata digests,
        bytes[] calldata signatures
    ) external view {
        require(
            signatures.length == digests.length, DerivedKeysSignatureCount(signatures.length, digests.length)
        );
        (Scheme scheme, bytes32 signer) = signerOf(keyId, requester, path, kind);
        for (uint256 i = 0; i < digests.length; ++i) {
            require(
                Signatures.verify(_verifier, scheme, signer, digests[i], signatures[i]),
                DerivedKeysInvalidSignature(keyId, requester, path, i)
            );
        }
    }

    /// @inheritdoc IDerivedKeys
    function derivedAddress(KeyId keyId, address requester, bytes32 path) external view returns (address) {
        Key memory root = _requireActive(keyId);
        require(root.scheme != Scheme.Ed25519, DerivedKeysNoDerivation(keyId, root.scheme, requester, path));
        return _derivedAddress(root, requester, path);
    }

    /// @inheritdoc IDerivedKeys
    function keys() external view returns (IKeyRegistry) {
        return _keys;
    }

    /// @inheritdoc IDerivedKeys
    function signerOf(KeyId keyId, address requester, bytes32 path, uint8 kind)
        public
        view
        returns (Scheme scheme, bytes32 signer)
    {
        Derived storage derived = _derived[keyId][requester][path];
        // one slot where one is enough: none but a bip340 key has an output key
        if (kind == PayloadKinds.BITCOIN_PSBT && (signer = derived.outputX) != 0) return (Scheme.Bip340, signer);
        scheme = derived.scheme;
        if (scheme == Scheme.EcdsaSecp256k1) return (scheme, bytes32(uint256(uint160(derived.account))));
        signer = _coordinate(derived, kind);
        require(signer != 0, DerivedKeysUnclaimed(keyId, requester, path));
    }

    function _requireActive(KeyId keyId) private view returns (Key memory root) {
        root = _keys.key(keyId);
        require(root.status == KeyStatus.Active, DerivedKeysNotActive(keyId, root.status));
    }

    /// @dev Bitcoin pays to the output key of a bip340 key, and to an ECDSA key as it is.
    function _coordinate(Derived storage derived, uint8 kind) private view returns (bytes32) {
        bool output = derived.scheme == Scheme.Bip340 && kind == PayloadKinds.BITCOIN_PSBT;
        return output ? derived.outputX : derived.x;
    }

    function _checked(
        KeyId keyId,
        Key memory root,
        address requester,
        bytes32 path,
        DerivedPoints calldata points
    ) private view returns (Derived memory) {
        address claimed = Secp256k1.coordinatesAddress(uint256(points.derivedX), uint256(points.derivedY));
        address expected = _derivedAddress(root, requester, path);
        require(
            expected != address(0) && claimed == expected, DerivedKeysWrongDerivedPoint(keyId, claimed, expected)
        );
        bytes32 outputX = root.scheme == Scheme.Bip340 ? _requireOutput(keyId, points) : bytes32(0);
        uint8 prefix = Secp256k1.prefixOf(uint256(points.derivedY));
        return Derived(prefix, root.scheme, claimed, points.derivedX, outputX);
    }

    function _requireOutput(KeyId keyId, DerivedPoints calldata points) private view returns (bytes32) {
        address claimed = Secp256k1.coordinatesAddress(uint256(points.outputX), uint256(points.outputY));
        address expected = Derivation.outputAddress(points.derivedX);
        require(expected != address(0) && claimed == expected, DerivedKeysWrongOutputPoint(keyId, claimed, expected));
        return points.outputX;
    }

    function _derivedAddress(Key memory root, address requester, bytes32 path) private view returns (address) {
        uint256 tweak = Derivation.tweak(root.birth, requester, path);
        return Derivation.derivedAddress(root.publicKeyPrefix, root.publicKeyX, tweak);
    }

    function _underived(
        KeyId keyId,
        Key memory root,
        address requester,
        bytes32 path,
        DerivedPoints calldata points
    ) private pure returns (Derived memory) {
        require(path == 0, DerivedKeysNoDerivation(keyId, root.scheme, requester, path));
        require(
            points.derivedX | points.derivedY | points.outputX | points.outputY == 0,
            DerivedKeysPointsUnneeded(keyId, root.scheme)
        );
        return Derived(root.publicKeyPrefix, root.scheme, address(0), root.publicKeyX, 0);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate DerivedKeys";
        description = "Keys of requesters and paths, derived from the DAO's root keys: checked once, and kept.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IDerivedKeys).interfaceId;
    }
}
