// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../../keys/IKeyRegistry.sol";
import {EnclaveId, RequestId} from "../../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState} from "../ISigningRequests.sol";

/// @dev Numbers that identities sign: docs/formats.md.
enum RefusalKind {
    None,
    /// @dev what was asked breaks a rule of its format, or does not do what was declared: for ever
    Final,
    /// @dev the member's image does not know what was asked: another one may
    Unsupported
}

/// @title Members' signed refusals of requests, counted
/// @notice With n - t + 1 final ones no t members are left that would sign: the request is REFUSED. That a member's
/// image does not support what is asked is shown and counted apart, and ends nothing. Counts are kept per requests
/// contract, so whoever brings one of its own counts there and nowhere else; only the one that names this contract can
/// be ended by it.
interface IRefusals {
    /// @notice One more member of the key's epoch will not sign, or cannot yet; `count` have said so, of this kind.
    /// @param needed final refusals make a signature impossible: n - t + 1; 0 for what is unsupported
    event RequestRefusedBy(
        ISigningRequests requests,
        RequestId indexed id,
        EnclaveId indexed member,
        RefusalKind indexed kind,
        bytes32 code,
        uint16 count,
        uint16 needed
    );

    /// @notice Only what is READY can be refused.
    error RefusalsWrongState(RequestId id, RequestState state);
    /// @notice The deadline has passed (Unix seconds).
    error RefusalsDeadlinePassed(RequestId id, uint48 deadline, uint256 time);
    /// @notice The member has said this of this request.
    error RefusalsRepeated(RequestId id, EnclaveId member, RefusalKind kind);
    /// @notice A refusal needs a kind and a code.
    error RefusalsEmpty(RequestId id);

    /// @notice One member's signed statement that it will not sign, and why. Anyone may relay.
    /// @dev The code is the ASCII of docs/formats.md. INTEGRATOR: REFUSED does not mean unsigned: t members may have
    /// signed before.
    /// @param requests the contract that the request was made in
    /// @param header of the request
    /// @param member of the key's present committee
    /// @param kind whether for ever, or for this image
    /// @param code why, ASCII, left-aligned
    /// @param identitySignature of the member over the statement (EIP-712, docs/formats.md)
    function refuse(
        ISigningRequests requests,
        RequestHeader calldata header,
        EnclaveId member,
        RefusalKind kind,
        bytes32 code,
        bytes calldata identitySignature
    ) external;

    /// @notice How many members of the key's current epoch have refused this request, and how many do not support it.
    /// @param requests the contract that the request was made in
    /// @param header of the request
    /// @return refusals for ever
    /// @return unsupported by the image of the member, which another one may support
    function refusalsOf(ISigningRequests requests, RequestHeader calldata header)
        external
        view
        returns (uint16 refusals, uint16 unsupported);

    /// @notice The registry whose members refuse.
    function keys() external view returns (IKeyRegistry);
}
