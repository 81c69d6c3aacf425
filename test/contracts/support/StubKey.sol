// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyView, PayloadKind, PublicKey, Scheme} from "../../../contracts/keys/KeyTypes.sol";
import {EnclaveId, KeyId} from "../../../contracts/types/Ids.sol";

/// @dev A 2-of-4 key for everybody; a signature verifies if it is the message. Members sign by existing: parties 1 to 4.
contract StubKey {
    Scheme private immutable _scheme;
    uint32 public delay;
    bool public limited;

    constructor(Scheme scheme_) {
        _scheme = scheme_;
    }

    function setDelay(uint32 delay_) external {
        delay = delay_;
    }

    /// @dev Whether everybody is a delegate.
    function setLimited(bool limited_) external {
        limited = limited_;
    }

    function requireRequestable(KeyId, address, PayloadKind) external view returns (uint32, Scheme, bool) {
        return (delay, _scheme, limited);
    }

    function signerOf(KeyId, address, bytes32, PayloadKind) external pure returns (Scheme, bytes32) {
        return (Scheme.Ed25519, bytes32(uint256(1)));
    }

    function verify(Scheme, PublicKey calldata, bytes calldata message, bytes calldata signature)
        external
        pure
        returns (bool)
    {
        return keccak256(message) == keccak256(signature);
    }

    function requireMemberSigned(KeyId, EnclaveId member, bytes32, bytes calldata)
        external
        pure
        returns (uint32, uint16, uint16, uint16)
    {
        return (1, uint16(uint256(EnclaveId.unwrap(member))), 2, 4);
    }

    function key(KeyId) external pure returns (KeyView memory shown) {
        shown.epoch = 1;
        shown.members = new EnclaveId[](4);
    }

    function liveMembers(KeyId) external pure returns (uint16) {
        return 4;
    }
}
