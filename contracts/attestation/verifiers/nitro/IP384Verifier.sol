// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev A number of 384 bits: high * 2^256 + low, high below 2^128.
struct Uint384 {
    uint256 high;
    uint256 low;
}

/// @dev An ECDSA signature over P-384, whose key it is said to be, and of what.
struct P384Signature {
    /// @dev the key
    Uint384 x;
    Uint384 y;
    /// @dev SHA-384 of what is signed
    Uint384 digest;
    Uint384 r;
    Uint384 s;
}

/// @dev Bytes of hints at most: multiplier, x and y of R; slopes, 14 for multiples, 192 of doublings, three additions
/// for each of 49 digits. All of 48 bytes.
uint256 constant MOST_P384_HINT_BYTES = (3 + 14 + 192 + 3 * 49) * 48;

/// @title ECDSA over P-384 (FIPS 186-5), with hints
/// @notice Whoever asks brings what is dear to find and cheap to check. Hints are trusted in nothing: with no hints
/// whatever does a signature verify that does not hold.
interface IP384Verifier {
    /// @notice The key is no point of the curve: off it, or a coordinate is not below p.
    error KeyInvalid(Uint384 x, Uint384 y);
    /// @notice r or s is 0, or not below the order of the group.
    error SignatureOutOfRange(Uint384 r, Uint384 s);
    /// @notice Other hints than as many slopes as this signature takes, in bytes.
    error HintLength(uint256 found, uint256 expected);
    /// @notice The multiplier does not halve both scalars: r and s times it, modulo n, as they come out.
    error HintMultiplier(Uint384 r, Uint384 s);
    /// @notice The hinted point is off the curve, or its x is not r modulo n.
    error HintPoint(Uint384 x, Uint384 y);
    /// @notice A slope, counted from 0, is not that of its line.
    error HintSlope(uint256 index);
    /// @notice Two points of one x would have to be added: the multiplier has to be another.
    error HintNoSlope(uint256 index);
    /// @notice The precompile for powers gives no answer.
    error P384PrecompileFailed(bytes answer);

    /// @notice Whether a signature holds; reverts where key, scalars or hints are such that nobody can tell.
    /// @dev INTEGRATOR: (r, s) and (r, n - s) both hold; a signature's bytes are no replay key.
    /// @param signature with key and digest
    /// @param hints a multiplier, the point R of the signature (x, y) and slopes, 48 bytes each; slopes times 2^512
    /// modulo p (docs/contracts/nitro.md)
    function verify(P384Signature calldata signature, bytes calldata hints) external view returns (bool);
}
