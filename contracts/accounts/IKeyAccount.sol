// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";

/// @title An address that signs what a DAO's key signs: ERC-1271 over one ERC-7913 signer, for ever the same
/// @notice It holds nothing and calls nothing; it lets contracts that ask `isValidSignature` take a Schnorr or Ed25519
/// key.
/// @dev Signatures are nested by ERC-7739 into this account's EIP-712 domain, so one made for this account is good for
/// no other account over the same key. A bare signature of the hash itself is refused.
/// INTEGRATOR: the key is compared with no registry. Take it from `IDerivedKeys.verifyingKey` of (keyId, requester,
/// path), and read `erc7913Signer` before you trust an account that somebody else deployed. A pause of the key does not
/// revoke signatures made before.
interface IKeyAccount {
    /// @notice There is no code at the verifier.
    error KeyAccountNoVerifier(address verifier);
    /// @notice It has 1 to 64 bytes.
    error KeyAccountInvalidKeyLength(uint256 length);

    /// @notice The contract that verifies, of the key's scheme.
    function verifier() external view returns (IERC7913SignatureVerifier);

    /// @notice The key as the verifier takes it: x for bip340, prefix ‖ x for ECDSA, the encoding of A for Ed25519.
    function key() external view returns (bytes memory);

    /// @notice The ERC-7913 signer, verifier ‖ key.
    function erc7913Signer() external view returns (bytes memory);
}
