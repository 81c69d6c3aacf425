// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../../../../contracts/keys/IKeyRegistry.sol";
import {ISignatureVerifier} from "../../../../contracts/signatures/ISignatureVerifier.sol";
import {PayloadKind, Scheme} from "../../../../contracts/keys/KeyTypes.sol";
import {
    Effect,
    Intent,
    ISigningRequests,
    RequestHeader,
    RequestState
} from "../../../../contracts/requests/ISigningRequests.sol";
import {ISpendingLimits} from "../../../../contracts/requests/guards/ISpendingLimits.sol";
import {SigningRequests} from "../../../../contracts/requests/SigningRequests.sol";
import {EnclaveId, KeyId, RequestId} from "../../../../contracts/types/Ids.sol";
import {Base} from "../../support/Base.sol";

uint16 constant SIZE = 64;
uint16 constant THRESHOLD = 33;

/// @dev A key of the largest committee for everybody. Members sign by existing: parties 1 to 64.
contract LargeKey {
    function requireRequestable(KeyId, address, PayloadKind) external pure returns (uint32, Scheme, bool) {
        return (0, Scheme.Ed25519, false);
    }

    function requireMemberSigned(KeyId, EnclaveId member, bytes32, bytes calldata)
        external
        pure
        returns (uint32, uint16, uint16, uint16)
    {
        return (1, uint16(uint256(EnclaveId.unwrap(member))), THRESHOLD, SIZE);
    }
}

contract RefusalsTest is Base {
    SigningRequests private requests;
    RequestHeader private header;
    RequestId private id;

    function setUp() public {
        address key = address(new LargeKey());
        requests =
            new SigningRequests(address(this), IKeyRegistry(key), ISignatureVerifier(key), ISpendingLimits(key));
        bytes[] memory digests = new bytes[](1);
        Intent memory intent = Intent({
            keyId: KeyId.wrap("key"),
            path: 0,
            kind: PayloadKind.SolanaMessage,
            payload: "",
            digests: digests,
            effects: new Effect[](0),
            deadline: uint48(block.timestamp + 1 days),
            consumer: address(0),
            callbackGas: 0,
            replaces: RequestId.wrap(0)
        });
        id = requests.requestSignature(intent);
        header = requests.headerOf(intent, address(this), 1);
        requests.markReady(header);
    }

    function testEachMemberOfTheLargestCommitteeCountsOnce() public {
        for (uint256 party = SIZE; party > THRESHOLD; --party) {
            _refuse(party);
            vm.expectRevert(
                abi.encodeWithSelector(ISigningRequests.SigningRequestsAlreadyRefused.selector, id, _member(party))
            );
            _refuse(party);
        }
        assertTrue(requests.stateOf(id) == RequestState.Ready);
        _refuse(THRESHOLD);
        assertTrue(requests.stateOf(id) == RequestState.Refused);
    }

    function _refuse(uint256 party) private {
        requests.refuse(header, _member(party), "CODE", "");
    }

    function _member(uint256 party) private pure returns (EnclaveId) {
        return EnclaveId.wrap(bytes32(party));
    }
}
