// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Bip340} from "./Bip340.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {ISignatureVerifier} from "./ISignatureVerifier.sol";
import {PublicKey, Scheme} from "../keys/KeyTypes.sol";

/// @title Verification where it is needed: schemes that precompiles make cheap in place, others by the verifier
/// contract
library Signatures {
    /// @dev `signer` as IKeyRegistry.signerOf gives it.
    function verify(
        ISignatureVerifier others,
        Scheme scheme,
        bytes32 signer,
        bytes calldata message,
        bytes calldata signature
    ) internal view returns (bool) {
        if (scheme == Scheme.Bip340) return Bip340.verify(signer, message, signature);
        if (scheme == Scheme.EcdsaSecp256k1) {
            return Ecdsa.verify(address(uint160(uint256(signer))), message, signature);
        }
        return others.verify(scheme, PublicKey(0, signer), message, signature);
    }
}
