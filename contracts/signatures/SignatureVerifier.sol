// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../types/Described.sol";
import {Bip340} from "./Bip340.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {Ed25519} from "./Ed25519.sol";
import {ISignatureVerifier} from "./ISignatureVerifier.sol";
import {PublicKey, Scheme} from "../keys/KeyTypes.sol";
import {Secp256k1} from "./Secp256k1.sol";

/// @title Verifier of one signature under any scheme that keys may have
contract SignatureVerifier is ISignatureVerifier, Described {
    /// @inheritdoc ISignatureVerifier
    function verify(Scheme scheme, PublicKey calldata key, bytes calldata message, bytes calldata signature)
        external
        view
        returns (bool)
    {
        if (scheme == Scheme.Bip340) return Bip340.verify(key.x, message, signature);
        if (scheme == Scheme.EcdsaSecp256k1) {
            return Ecdsa.verify(Secp256k1.pointAddress(key.prefix, uint256(key.x)), message, signature);
        }
        if (scheme == Scheme.Ed25519) return key.prefix == 0 && Ed25519.verify(key.x, message, signature);
        revert SignatureVerifierUnsupportedScheme(scheme);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate SignatureVerifier";
        description = "Verifies one signature under any scheme that keys may have.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ISignatureVerifier).interfaceId;
    }
}
