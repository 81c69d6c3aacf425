// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PublicKey, Scheme} from "../keys/KeyTypes.sol";

/// @title Verifier of one signature under any scheme that keys may have
interface ISignatureVerifier {
    /// @notice Keys have no such scheme.
    error SignatureVerifierUnsupportedScheme(Scheme scheme);

    /// @notice Whether `signature` is `key`'s over `message`: 32 bytes for the secp256k1 schemes, any length for
    /// Ed25519.
    /// @dev Signatures are r ‖ s (64 bytes) for bip340 and ed25519, r ‖ s ‖ v (65 bytes, low s, v 27 or 28) for ECDSA.
    /// @param scheme of the key
    /// @param key that is to have signed
    /// @param message what was signed
    /// @param signature in the encoding of its scheme
    /// @return whether it is good
    function verify(Scheme scheme, PublicKey calldata key, bytes calldata message, bytes calldata signature)
        external
        view
        returns (bool);
}
