// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../../../types/Described.sol";
import {LOCAL_CHAIN} from "../../../types/LocalChain.sol";
import {DEVELOPMENT_STATEMENT_TAG, DEVELOPMENT_TEE, DEVELOPMENT_VENDOR} from "../../../types/Tags.sol";
import {Attestation, IAttestationVerifier} from "../../IAttestationVerifier.sol";
import {IDevelopmentVerifier} from "./IDevelopmentVerifier.sol";
import {measurementHash} from "../../Measurement.sol";
import {P256Precompile} from "./P256Precompile.sol";

/// @title Verifier of the development TEE's evidence, for local chains only
contract DevelopmentVerifier is IDevelopmentVerifier, Described {
    uint256 private constant EVIDENCE_LENGTH = 7 * 32;
    /// @dev seconds by which a local chain's clock may run behind the machine's
    uint256 private constant CLOCK_TOLERANCE = 300;

    bytes32 private immutable _rootX;
    bytes32 private immutable _rootY;
    uint48 private immutable _maxAge;

    constructor(bytes32 rootX_, bytes32 rootY_, uint48 maxAge_) {
        require(block.chainid == LOCAL_CHAIN, DevelopmentVerifierOnlyLocal(block.chainid));
        _rootX = rootX_;
        _rootY = rootY_;
        _maxAge = maxAge_;
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (Attestation memory its) {
        its = recheck(evidence);
        _requireCurrent(its.notBefore);
    }

    /// @inheritdoc IAttestationVerifier
    function recheck(bytes calldata evidence) public view returns (Attestation memory) {
        require(
            evidence.length == EVIDENCE_LENGTH, DevelopmentVerifierInvalidLength(evidence.length, EVIDENCE_LENGTH)
        );
        (bytes32 image, bytes32 configuration, bytes32 reportData, bytes32 platformId, uint256 issuedAt) =
            abi.decode(evidence, (bytes32, bytes32, bytes32, bytes32, uint256));
        _requireSigned(evidence);
        require(
            issuedAt <= type(uint48).max - _maxAge, DevelopmentVerifierFromTheFuture(issuedAt, block.timestamp)
        );
        return Attestation({
            tee: DEVELOPMENT_TEE,
            measurement: measurementHash(DEVELOPMENT_TEE, image, configuration),
            reportData: reportData,
            platformId: platformId,
            notBefore: uint48(issuedAt),
            validUntil: uint48(issuedAt + _maxAge),
            tcbStatus: 0,
            evaluationNumber: 0
        });
    }

    /// @inheritdoc IAttestationVerifier
    function tee() external pure returns (bytes32) {
        return DEVELOPMENT_TEE;
    }

    /// @inheritdoc IAttestationVerifier
    function vendor() external pure returns (bytes32) {
        return DEVELOPMENT_VENDOR;
    }

    /// @inheritdoc IDevelopmentVerifier
    function root() external view returns (bytes32 x, bytes32 y) {
        return (_rootX, _rootY);
    }

    /// @inheritdoc IDevelopmentVerifier
    function maxAge() external view returns (uint48) {
        return _maxAge;
    }

    /// @inheritdoc Described
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAttestationVerifier).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev The statement is the tag and the first five words; r and s are the last two.
    function _requireSigned(bytes calldata evidence) private view {
        bytes32 statement = sha256(bytes.concat(DEVELOPMENT_STATEMENT_TAG, evidence[:160]));
        bytes32 r = bytes32(evidence[160:192]);
        bytes32 s = bytes32(evidence[192:]);
        require(
            P256Precompile.verify(statement, r, s, _rootX, _rootY), DevelopmentVerifierInvalidSignature(statement, r, s)
        );
    }

    function _requireCurrent(uint256 issuedAt) private view {
        require(
            issuedAt <= block.timestamp + CLOCK_TOLERANCE, DevelopmentVerifierFromTheFuture(issuedAt, block.timestamp)
        );
        uint256 validUntil = issuedAt + _maxAge;
        require(block.timestamp < validUntil, DevelopmentVerifierExpired(validUntil, block.timestamp));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate DevelopmentVerifier";
        description = "Verifies evidence of the development TEE, on local chains only.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IDevelopmentVerifier).interfaceId;
    }
}
