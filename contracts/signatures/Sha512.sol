// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title SHA-512 and SHA-384 (FIPS 180-4)
/// @dev Its words have 64 bits and the machine's 256; both tricks here come from that. The message schedule treats two
/// words at a time, in two 128-bit *lanes*: the even word low, the odd one high. And a word that is to be rotated is
/// first *doubled*, w ‖ w, so that one shift right by n leaves its rotation by n in the low 64 bits.
/// DANGER: above those 64 bits is garbage until it is masked. It may be shifted, xored and added, for carries only go
/// up. It must be masked before it is doubled again, and before lanes are added, else the low lane carries into the
/// high one.
library Sha512 {
    uint256 private constant WORD = 0xffffffffffffffff;
    uint256 private constant LANES = 0xffffffffffffffff0000000000000000ffffffffffffffff;
    /// @dev WORD + 2: times this is doubled, in each lane
    uint256 private constant TWICE = 0x10000000000000001;

    /// @dev Working memory: WORD, LANES (in the code, the optimizer would compute such constants anew at each use),
    /// eight words of hash value, forty lane pairs of round constants K, forty of schedule W.
    uint256 private constant CONSTANTS = 0x140;
    uint256 private constant SCHEDULE = 0x640;
    uint256 private constant WORKSPACE = 0xb40;

    /// @dev The digest's first 256 bits in `high`, its last 256 in `low`. Some 30,000 gas for every 128 bytes begun, of
    /// `message` and the 17 bytes of padding.
    function hash(bytes memory message) internal pure returns (uint256 high, uint256 low) {
        (uint256 next, uint256 end) = _pad(message);
        uint256 work = _allocate(WORKSPACE);
        _writeInitialValue(work);
        _writeConstants(work + CONSTANTS);
        for (; next < end; next += 128) {
            _readBlock(work + SCHEDULE, next);
            _extendSchedule(work);
            _compress(work);
        }
        return (_join(work + 0x40), _join(work + 0xc0));
    }

    /// @dev SHA-384 (sections 5.3.4 and 6.5): another initial value, and the first 384 bits. The upper 128 bits in
    /// `high`, the lower 256 in `low`.
    function hash384(bytes memory message) internal pure returns (uint256 high, uint256 low) {
        (uint256 next, uint256 end) = _pad(message);
        uint256 work = _allocate(WORKSPACE);
        _writeInitialValue384(work);
        _writeConstants(work + CONSTANTS);
        for (; next < end; next += 128) {
            _readBlock(work + SCHEDULE, next);
            _extendSchedule(work);
            _compress(work);
        }
        return (_join(work + 0x40) >> 128, _join(work + 0x80));
    }

    /// @dev Section 5.1.2.
    /// > Append the bit "1" to the end of the message, followed by k zero bits, where k is the smallest, non-negative
    /// > solution to the equation l + 1 + k = 896 mod 1024. Then append the 128-bit block that is equal to the number
    /// > l.
    function _pad(bytes memory message) private pure returns (uint256 start, uint256 end) {
        uint256 length = message.length;
        uint256 padded = (length + 1 + 16 + 127) & ~uint256(127);
        start = _allocate(padded);
        end = start + padded;
        assembly ("memory-safe") {
            mcopy(start, add(message, 0x20), length)
            // Zeros: free memory may hold anything, calldata behind its end cannot.
            calldatacopy(add(start, length), calldatasize(), sub(padded, length))
            mstore8(add(start, length), 0x80)
            // or: the last 32 bytes may begin with message.
            mstore(sub(end, 0x20), or(mload(sub(end, 0x20)), shl(3, length)))
        }
    }

    function _allocate(uint256 size) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := mload(0x40)
            mstore(0x40, add(start, size))
        }
    }

    /// @dev W(0..15), section 6.4.2 step 1: the sixteen words of the block at `data`, big-endian, into lane pairs.
    function _readBlock(uint256 schedule, uint256 data) private pure {
        assembly ("memory-safe") {
            for { let end := add(data, 128) } lt(data, end) { data := add(data, 16) } {
                let words := shr(128, mload(data))
                mstore(schedule, or(shr(64, words), shl(128, and(words, WORD))))
                schedule := add(schedule, 0x20)
            }
        }
    }

    /// @dev > W(t) = σ1(W(t-2)) + W(t-7) + σ0(W(t-15)) + W(t-16), for t = 16..79: thirty-two pairs.
    /// σ0 is ROTR 1 ^ ROTR 8 ^ SHR 7, σ1 is ROTR 19 ^ ROTR 61 ^ SHR 6. For an even t, t-7 and t-15 are odd and
    /// straddle two pairs: with S(t) = σ0(W(t)) + W(t+8), what is wanted is the high lane of the pair S(t-16) and the
    /// low lane of the pair S(t-14).
    function _extendSchedule(uint256 work) private pure {
        assembly ("memory-safe") {
            let twice := add(mload(work), 2)
            let lanes := mload(add(work, 0x20))
            let w := add(work, SCHEDULE)
            let pair := mload(w)
            let doubled := mul(pair, twice)
            let s := add(and(xor(xor(shr(1, doubled), shr(8, doubled)), shr(7, pair)), lanes), mload(add(w, 0x80)))
            for { let end := add(w, 0x400) } lt(w, end) { w := add(w, 0x20) } {
                pair := mload(add(w, 0x20))
                doubled := mul(pair, twice)
                let next :=
                    add(and(xor(xor(shr(1, doubled), shr(8, doubled)), shr(7, pair)), lanes), mload(add(w, 0xa0)))
                pair := mload(add(w, 0xe0))
                doubled := mul(pair, twice)
                pair := and(xor(xor(shr(19, doubled), shr(61, doubled)), shr(6, pair)), lanes)
                mstore(add(w, 0x100), and(add(add(pair, mload(w)), add(shr(128, s), shl(128, next))), lanes))
                s := next
            }
        }
    }

    /// @dev Section 6.4.2 steps 2 to 4, with a..h doubled and four rounds a turn, after which the two halves change
    /// places.
    /// > T1 = h + Σ1(e) + Ch(e, f, g) + K(t) + W(t), T2 = Σ0(a) + Maj(a, b, c), d := d + T1, h := T1 + T2
    /// (then h is called a). Σ1 is ROTR 14 ^ ROTR 18 ^ ROTR 41, Σ0 is ROTR 28 ^ ROTR 34 ^ ROTR 39. Ch is written
    /// z ^ (x & (y ^ z)), and Maj is written (x & (y | z)) | (y & z).
    function _compress(uint256 work) private pure {
        assembly ("memory-safe") {
            let word := mload(work)
            let twice := add(word, 2)
            let a := mul(mload(add(work, 0x40)), TWICE)
            let b := mul(mload(add(work, 0x60)), TWICE)
            let c := mul(mload(add(work, 0x80)), TWICE)
            let d := mul(mload(add(work, 0xa0)), TWICE)
            let e := mul(mload(add(work, 0xc0)), TWICE)
            let f := mul(mload(add(work, 0xe0)), TWICE)
            let g := mul(mload(add(work, 0x100)), TWICE)
            let h := mul(mload(add(work, 0x120)), TWICE)
            let i := add(work, SCHEDULE)
            // DANGER: W ends where free memory begins, as long as nothing is allocated after `work`. (A variable for
            // its end would be one more than the stack can hold.)
            for { } lt(i, mload(0x40)) { i := add(i, 0x40) } {
                let t := add(mload(i), mload(sub(i, 0x500)))
                h := add(add(h, t), add(xor(xor(shr(14, e), shr(18, e)), shr(41, e)), xor(g, and(e, xor(f, g)))))
                d := mul(and(add(d, h), word), twice)
                h := mul(and(add(add(h, xor(xor(shr(28, a), shr(34, a)), shr(39, a))),
                    or(and(a, or(b, c)), and(b, c))), word), twice)
                g := add(add(g, shr(128, t)),
                    add(xor(xor(shr(14, d), shr(18, d)), shr(41, d)), xor(f, and(d, xor(e, f)))))
                c := mul(and(add(c, g), word), twice)
                g := mul(and(add(add(g, xor(xor(shr(28, h), shr(34, h)), shr(39, h))),
                    or(and(h, or(a, b)), and(a, b))), word), twice)
                t := add(mload(add(i, 0x20)), mload(sub(i, 0x4e0)))
                f := add(add(f, t), add(xor(xor(shr(14, c), shr(18, c)), shr(41, c)), xor(e, and(c, xor(d, e)))))
                b := mul(and(add(b, f), word), twice)
                f := mul(and(add(add(f, xor(xor(shr(28, g), shr(34, g)), shr(39, g))),
                    or(and(g, or(h, a)), and(h, a))), word), twice)
                e := add(add(e, shr(128, t)),
                    add(xor(xor(shr(14, b), shr(18, b)), shr(41, b)), xor(d, and(b, xor(c, d)))))
                a := mul(and(add(a, e), word), twice)
                e := mul(and(add(add(e, xor(xor(shr(28, f), shr(34, f)), shr(39, f))),
                    or(and(f, or(g, h)), and(g, h))), word), twice)
                { let x := a a := e e := x }
                { let x := b b := f f := x }
                { let x := c c := g g := x }
                { let x := d d := h h := x }
            }
            work := sub(i, WORKSPACE)
            mstore(add(work, 0x40), and(add(mload(add(work, 0x40)), a), WORD))
            mstore(add(work, 0x60), and(add(mload(add(work, 0x60)), b), WORD))
            mstore(add(work, 0x80), and(add(mload(add(work, 0x80)), c), WORD))
            mstore(add(work, 0xa0), and(add(mload(add(work, 0xa0)), d), WORD))
            mstore(add(work, 0xc0), and(add(mload(add(work, 0xc0)), e), WORD))
            mstore(add(work, 0xe0), and(add(mload(add(work, 0xe0)), f), WORD))
            mstore(add(work, 0x100), and(add(mload(add(work, 0x100)), g), WORD))
            mstore(add(work, 0x120), and(add(mload(add(work, 0x120)), h), WORD))
        }
    }

    /// @dev Four words of the hash value, as one number.
    function _join(uint256 from) private pure returns (uint256 joined) {
        assembly ("memory-safe") {
            joined := or(shl(192, mload(from)), shl(128, mload(add(from, 0x20))))
            joined := or(joined, or(shl(64, mload(add(from, 0x40))), mload(add(from, 0x60))))
        }
    }

    /// @dev Section 5.3.5.
    /// > the first sixty-four bits of the fractional parts of the square roots of the first eight prime numbers
    function _writeInitialValue(uint256 work) private pure {
        assembly ("memory-safe") {
            mstore(work, WORD)
            mstore(add(work, 0x20), LANES)
            mstore(add(work, 0x40), 0x6a09e667f3bcc908)
            mstore(add(work, 0x60), 0xbb67ae8584caa73b)
            mstore(add(work, 0x80), 0x3c6ef372fe94f82b)
            mstore(add(work, 0xa0), 0xa54ff53a5f1d36f1)
            mstore(add(work, 0xc0), 0x510e527fade682d1)
            mstore(add(work, 0xe0), 0x9b05688c2b3e6c1f)
            mstore(add(work, 0x100), 0x1f83d9abfb41bd6b)
            mstore(add(work, 0x120), 0x5be0cd19137e2179)
        }
    }

    /// @dev Section 5.3.4.
    /// > the first sixty-four bits of the fractional parts of the square roots of the ninth through sixteenth prime
    /// > numbers
    function _writeInitialValue384(uint256 work) private pure {
        assembly ("memory-safe") {
            mstore(work, WORD)
            mstore(add(work, 0x20), LANES)
            mstore(add(work, 0x40), 0xcbbb9d5dc1059ed8)
            mstore(add(work, 0x60), 0x629a292a367cd507)
            mstore(add(work, 0x80), 0x9159015a3070dd17)
            mstore(add(work, 0xa0), 0x152fecd8f70e5939)
            mstore(add(work, 0xc0), 0x67332667ffc00b31)
            mstore(add(work, 0xe0), 0x8eb44a8768581511)
            mstore(add(work, 0x100), 0xdb0c2e0d64f98fa7)
            mstore(add(work, 0x120), 0x47b5481dbefa4fa4)
        }
    }

    /// @dev Section 4.2.3, in lane pairs.
    /// > the first sixty-four bits of the fractional parts of the cube roots of the first eighty prime numbers
    function _writeConstants(uint256 k) private pure {
        assembly ("memory-safe") {
            mstore(k, 0x7137449123ef65cd0000000000000000428a2f98d728ae22)
            mstore(add(k, 0x020), 0xe9b5dba58189dbbc0000000000000000b5c0fbcfec4d3b2f)
            mstore(add(k, 0x040), 0x59f111f1b605d01900000000000000003956c25bf348b538)
            mstore(add(k, 0x060), 0xab1c5ed5da6d81180000000000000000923f82a4af194f9b)
            mstore(add(k, 0x080), 0x12835b0145706fbe0000000000000000d807aa98a3030242)
            mstore(add(k, 0x0a0), 0x550c7dc3d5ffb4e20000000000000000243185be4ee4b28c)
            mstore(add(k, 0x0c0), 0x80deb1fe3b1696b1000000000000000072be5d74f27b896f)
            mstore(add(k, 0x0e0), 0xc19bf174cf69269400000000000000009bdc06a725c71235)
            mstore(add(k, 0x100), 0xefbe4786384f25e30000000000000000e49b69c19ef14ad2)
            mstore(add(k, 0x120), 0x240ca1cc77ac9c6500000000000000000fc19dc68b8cd5b5)
            mstore(add(k, 0x140), 0x4a7484aa6ea6e48300000000000000002de92c6f592b0275)
            mstore(add(k, 0x160), 0x76f988da831153b500000000000000005cb0a9dcbd41fbd4)
            mstore(add(k, 0x180), 0xa831c66d2db432100000000000000000983e5152ee66dfab)
            mstore(add(k, 0x1a0), 0xbf597fc7beef0ee40000000000000000b00327c898fb213f)
            mstore(add(k, 0x1c0), 0xd5a79147930aa7250000000000000000c6e00bf33da88fc2)
            mstore(add(k, 0x1e0), 0x142929670a0e6e70000000000000000006ca6351e003826f)
            mstore(add(k, 0x200), 0x2e1b21385c26c926000000000000000027b70a8546d22ffc)
            mstore(add(k, 0x220), 0x53380d139d95b3df00000000000000004d2c6dfc5ac42aed)
            mstore(add(k, 0x240), 0x766a0abb3c77b2a80000000000000000650a73548baf63de)
            mstore(add(k, 0x260), 0x92722c851482353b000000000000000081c2c92e47edaee6)
            mstore(add(k, 0x280), 0xa81a664bbc4230010000000000000000a2bfe8a14cf10364)
            mstore(add(k, 0x2a0), 0xc76c51a30654be300000000000000000c24b8b70d0f89791)
            mstore(add(k, 0x2c0), 0xd69906245565a9100000000000000000d192e819d6ef5218)
            mstore(add(k, 0x2e0), 0x106aa07032bbd1b80000000000000000f40e35855771202a)
            mstore(add(k, 0x300), 0x1e376c085141ab53000000000000000019a4c116b8d2d0c8)
            mstore(add(k, 0x320), 0x34b0bcb5e19b48a800000000000000002748774cdf8eeb99)
            mstore(add(k, 0x340), 0x4ed8aa4ae3418acb0000000000000000391c0cb3c5c95a63)
            mstore(add(k, 0x360), 0x682e6ff3d6b2b8a300000000000000005b9cca4f7763e373)
            mstore(add(k, 0x380), 0x78a5636f43172f600000000000000000748f82ee5defb2fc)
            mstore(add(k, 0x3a0), 0x8cc702081a6439ec000000000000000084c87814a1f0ab72)
            mstore(add(k, 0x3c0), 0xa4506cebde82bde9000000000000000090befffa23631e28)
            mstore(add(k, 0x3e0), 0xc67178f2e372532b0000000000000000bef9a3f7b2c67915)
            mstore(add(k, 0x400), 0xd186b8c721c0c2070000000000000000ca273eceea26619c)
            mstore(add(k, 0x420), 0xf57d4f7fee6ed1780000000000000000eada7dd6cde0eb1e)
            mstore(add(k, 0x440), 0x0a637dc5a2c898a6000000000000000006f067aa72176fba)
            mstore(add(k, 0x460), 0x1b710b35131c471b0000000000000000113f9804bef90dae)
            mstore(add(k, 0x480), 0x32caab7b40c72493000000000000000028db77f523047d84)
            mstore(add(k, 0x4a0), 0x431d67c49c100d4c00000000000000003c9ebe0a15c9bebc)
            mstore(add(k, 0x4c0), 0x597f299cfc657e2a00000000000000004cc5d4becb3e42b6)
            mstore(add(k, 0x4e0), 0x6c44198c4a47581700000000000000005fcb6fab3ad6faec)
        }
    }
}
