// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Bip340} from "./Bip340.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {PublicKey, Scheme} from "./IKeyRegistry.sol";
import {ISignatureVerifier} from "./ISignatureVerifier.sol";

/// @title Verifier of one signature under any scheme that keys may have
contract SignatureVerifier is ISignatureVerifier {
    /// @inheritdoc ISignatureVerifier
    function verify(Scheme scheme, PublicKey calldata key, bytes calldata message, bytes calldata signature)
        external
        view
        returns (bool)
    {
        if (scheme == Scheme.Bip340) return _verifyBip340(key, message, signature);
        if (scheme == Scheme.EcdsaSecp256k1) return _verifyEcdsa(key, message, signature);
        revert SignatureVerifierUnsupportedScheme(scheme);
    }

    function _verifyBip340(PublicKey calldata key, bytes calldata message, bytes calldata signature)
        private
        view
        returns (bool)
    {
        if (message.length != 32 || signature.length != 64) return false;
        return Bip340.verify(key.x, bytes32(message), bytes32(signature[:32]), bytes32(signature[32:]));
    }

    function _verifyEcdsa(PublicKey calldata key, bytes calldata message, bytes calldata signature)
        private
        pure
        returns (bool)
    {
        if (message.length != 32 || signature.length != 65) return false;
        return Ecdsa.verify(key.prefix, key.x, bytes32(message), signature);
    }
}
