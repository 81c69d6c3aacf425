// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId} from "../types/Ids.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";

/// @dev Values are read by enclaves: docs/storage.md.
enum EnclaveStatus {
    None,
    Active,
    Suspended
}

/// @dev What identity and operator sign, the operator with the hash of the evidence (EIP-712, docs/formats.md).
struct Registration {
    address operator;
    /// @dev address of the enclave's secp256k1 identity key
    address identity;
    bytes32 region;
    /// @dev SHA-256 of the host certificate's SubjectPublicKeyInfo
    bytes32 tlsKey;
    string endpoint;
    /// @dev 1 for the first registration, one more for each re-attestation
    uint32 epoch;
    /// @dev number of a block of this chain. For epoch 1: of one whose header names, as its parent beacon block, the
    /// root that the identity verifies the chain from (EIP-4788); where headers name none, and for later epochs: of one
    /// that the enclave itself has verified to be final
    uint64 challengeBlock;
    /// @dev hash of that block
    bytes32 challenge;
    bytes32 tee;
}

/// @dev An enclave's latest life, signed by its identity (EIP-712, docs/formats.md).
struct BootRecord {
    bytes16 nonce;
    /// @dev X25519, in memory only
    bytes32 encryptionKey;
    uint64 counter;
}

/// @dev One entry of `recordBoots`.
struct BootEntry {
    EnclaveId id;
    BootRecord record;
    /// @dev by the enclave's identity
    bytes signature;
}

struct EnclaveView {
    EnclaveId id;
    address operator;
    address identity;
    EnclaveStatus status;
    uint32 epoch;
    /// @dev Unix time in seconds: its attestation holds no longer
    uint48 validUntil;
    bytes32 measurement;
    bytes32 encryptionKey;
    bytes16 bootNonce;
    uint64 bootCounter;
    /// @dev Unix time in seconds of the latest boot record
    uint64 bootRecordedAt;
    bytes32 tlsKey;
    bytes32 region;
    bytes32 platformId;
    bytes32 tee;
    string endpoint;
}

struct OperatorView {
    address operator;
    /// @dev where the DAO takes its machines to be
    bytes32 region;
    /// @dev how many of its enclaves may be active at once; 0: not admitted, or no more
    uint16 cap;
    uint16 enclaves;
    /// @dev the enclave with which it takes part in new committees
    EnclaveId chosen;
}

/// @dev What members of a committee may have in common, and what one break may take together.
struct Traits {
    /// @dev of the operator, as voted
    bytes32 region;
    /// @dev of the TEE, as its verifier says
    bytes32 vendor;
    /// @dev as the evidence says; zero where it does not, which is then one platform for all
    bytes32 platformId;
    /// @dev of the measurement, as voted; zero: nothing is sealed
    bytes32 sealing;
    bytes32 measurement;
}

/// @title Who runs what: enclaves with accepted evidence, and the latest life of each
interface IEnclaveRegistry {
    /// @notice A vote has named another verifier for a TEE; it counts from `effectiveAt` on (Unix seconds).
    event VerifierSet(
        bytes32 indexed tee, IAttestationVerifier indexed verifier, bytes32 indexed vendor, uint48 effectiveAt
    );
    /// @notice A verifier was taken back before it took effect.
    event VerifierWithdrawn(bytes32 indexed tee, IAttestationVerifier indexed verifier);
    /// @notice A vote has ended a trust root at once, also one that had not taken effect.
    event VerifierRemoved(bytes32 indexed tee, IAttestationVerifier indexed verifier);
    /// @notice A vote has bounded the active enclaves on one platform of a TEE; 0 is no bound.
    event PlatformCapSet(bytes32 indexed tee, uint16 cap);
    /// @notice A vote has ruled out a physical platform for ever.
    event PlatformRevoked(bytes32 indexed platformId);
    /// @notice A vote wants admitted platforms only, for enclaves of this TEE; or any platform that is not revoked.
    event OnlyAdmittedPlatformsSet(bytes32 indexed tee, bool only);
    /// @notice A vote has put a physical platform on the list of admitted ones, or taken it off.
    event PlatformAdmittedSet(bytes32 indexed platformId, bool admitted);
    /// @notice A vote says where an operator's machines are taken to be, and how many enclaves it may have active.
    event OperatorSet(address indexed operator, bytes32 indexed region, uint16 cap);
    /// @notice With this enclave the operator takes part in new committees; zero: none, until it attests or is chosen
    /// again.
    event EnclaveChosen(address indexed operator, EnclaveId indexed id);
    /// @notice Identity and operator have signed, and the evidence is accepted: first registration or re-attestation.
    event EnclaveRegistered(
        EnclaveId indexed id,
        address indexed operator,
        address indexed identity,
        bytes32 measurement,
        Registration registration
    );
    /// @notice What the evidence said: the platform, and until when it holds (Unix seconds).
    event EnclaveAttested(EnclaveId indexed id, uint32 indexed epoch, bytes32 platformId, uint48 validUntil);
    /// @notice An enclave has begun another life, or shown that its life goes on.
    event BootRecorded(EnclaveId indexed id, uint64 indexed counter, bytes16 nonce, bytes32 encryptionKey);
    /// @notice The operator has taken its enclave out of new sessions.
    event EnclaveRetired(EnclaveId indexed id, address indexed operator);
    /// @notice ACTIVE -> SUSPENDED by a vote, or by anyone because its attestation has ended, or its platform is
    /// revoked or not admitted where that is needed.
    event EnclaveSuspended(EnclaveId indexed id, address indexed by);

    /// @notice No enclave has this id.
    error EnclaveRegistryUnknownEnclave(EnclaveId id);
    /// @notice No verifier is in effect for this TEE.
    error EnclaveRegistryUnknownTee(bytes32 tee);
    /// @notice The verifier is in effect already, or none is waiting; Unix seconds.
    error EnclaveRegistryNothingToWithdraw(bytes32 tee, uint48 effectiveAt, uint256 time);
    /// @notice This TEE has no verifier, in effect or waiting.
    error EnclaveRegistryNoVerifier(bytes32 tee);
    /// @notice The verifiers of a TEE all name the same vendor.
    error EnclaveRegistryOtherVendor(bytes32 tee, bytes32 vendor, bytes32 known);
    /// @notice The chain knows another hash of that block, or none any more (`known` is zero).
    error EnclaveRegistryUnknownChallenge(uint64 challengeBlock, bytes32 challenge, bytes32 known);
    /// @notice The evidence is of another TEE than the registration names.
    error EnclaveRegistryOtherTee(bytes32 attested, bytes32 registered);
    /// @notice An identity lives in one TEE: what came out of it is another's.
    error EnclaveRegistryTeeChanged(EnclaveId id, bytes32 tee, bytes32 registered);
    /// @notice The evidence was made for another registration.
    error EnclaveRegistryOtherReportData(bytes32 attested, bytes32 expected);
    /// @notice What is shown again is not what was accepted; Keccak-256 hashes of both.
    error EnclaveRegistryOtherEvidence(EnclaveId id, bytes32 shown, bytes32 accepted);
    /// @notice The evidence counts as long as it did, or longer; Unix seconds.
    error EnclaveRegistryStillValid(EnclaveId id, uint48 validUntil, uint48 known);
    /// @notice The evidence holds no longer; Unix seconds.
    error EnclaveRegistryExpiredEvidence(uint48 validUntil, uint256 time);
    /// @notice No vote lets enclaves with this measurement attest.
    error EnclaveRegistryMeasurementNotAdmitted(bytes32 measurement);
    /// @notice As many enclaves as a vote allows are active on this platform.
    error EnclaveRegistryPlatformFull(bytes32 platformId, uint32 enclaves, uint16 cap);
    /// @notice Evidence that names no platform leaves zero: that is all such platforms, and none.
    error EnclaveRegistryNoPlatform();
    /// @notice A vote has ruled this platform out.
    error EnclaveRegistryPlatformRevoked(bytes32 platformId);
    /// @notice A vote wants admitted platforms only, for this TEE, and none has admitted this one.
    error EnclaveRegistryPlatformNotAdmitted(bytes32 tee, bytes32 platformId);
    /// @notice A first registration has epoch 1, each re-attestation one more.
    error EnclaveRegistryWrongEpoch(EnclaveId id, uint32 epoch, uint32 expected);
    /// @notice No vote lets this operator run enclaves.
    error EnclaveRegistryNotAdmitted(address operator);
    /// @notice The vote that admitted the operator names another region.
    error EnclaveRegistryOtherRegion(address operator, bytes32 region, bytes32 admitted);
    /// @notice The operator has as many active enclaves as a vote allows, this one included.
    error EnclaveRegistryOperatorFull(address operator, uint16 enclaves, uint16 cap);
    /// @notice The identity belongs to another operator.
    error EnclaveRegistryIdentityTaken(address identity, address operator);
    /// @notice The endpoint is too long, in bytes.
    error EnclaveRegistryEndpointLength(uint256 length, uint256 maximum);
    /// @notice The signature over `digest` is of another address.
    error EnclaveRegistryWrongSigner(address expected, address recovered, bytes32 digest);
    /// @notice The boot record of this enclave, whose hash is `digest`, is signed by another address than its identity.
    error EnclaveRegistryWrongBootSigner(EnclaveId id, address expected, address recovered, bytes32 digest);
    /// @notice The boot record has no nonce or no encryption key.
    error EnclaveRegistryEmptyBoot(EnclaveId id);
    /// @notice The caller does not run this enclave.
    error EnclaveRegistryNotOperator(EnclaveId id, address caller, address operator);
    /// @notice The enclave is not ACTIVE.
    error EnclaveRegistryNotActive(EnclaveId id, EnclaveStatus status);

    /// @notice By vote: the verifier for its TEE's evidence, in place of the former one, once the trust delay has
    /// passed.
    /// @dev A verifier is a trust root: who can change it can admit any enclave. While no enclave is registered there
    /// is nothing to protect, and it takes effect at once.
    /// @param verifier says itself of which TEE and vendor it is
    function setVerifier(IAttestationVerifier verifier) external;

    /// @notice By vote: at once, no evidence of this TEE is taken any more, nor does a verifier that waits take effect.
    /// @dev Enclaves that have attested stay until their attestation ends; `suspend` and `revokePlatform` reach those.
    function removeVerifier(bytes32 tee) external;

    /// @notice By the guardian: takes back a verifier that has not taken effect yet.
    function withdrawVerifier(bytes32 tee) external;

    /// @notice By vote: how many enclaves may be active on one physical platform of this TEE; 0 for any number.
    /// @dev Who owns a platform may one day forge quotes for it. Those above a new cap stay; they cannot attest again.
    /// @param tee see `verifierOf`
    /// @param cap enclaves at once
    function setPlatformCap(bytes32 tee, uint16 cap) external;

    /// @notice By vote: whether enclaves of this TEE have to be on platforms that a vote has admitted. So is no TEE at
    /// first.
    /// @dev VOTERS: what is active on a platform that is not admitted attests no more, takes no seat and may be
    /// suspended by anyone, from that moment: admit first, then ask for it. Enclaves read no list of platforms: it
    /// signs on until somebody does suspend it.
    /// @param tee see `verifierOf`
    /// @param only false: on any platform that is not revoked
    function setOnlyAdmittedPlatforms(bytes32 tee, bool only) external;

    /// @notice By vote: puts a platform on the list of admitted ones, or takes it off; it counts for each TEE that
    /// `setOnlyAdmittedPlatforms` names.
    /// @dev What a platform is called is the verifier's word, with its salt in it: another salt needs another list.
    /// @param platformId as evidence names it; not zero, which evidence leaves that names none
    /// @param admitted false: taken off; see `setOnlyAdmittedPlatforms` for what that does to enclaves on it
    function setPlatformAdmitted(bytes32 platformId, bool admitted) external;

    /// @notice By vote: for ever, no enclave on this platform attests, of whatever TEE, or is seated; those that are
    /// named are suspended.
    /// @dev VOTERS: enclaves read no list of platforms. What is on it and not named signs on until anyone calls
    /// `suspend` for it.
    /// @param platformId as evidence names it
    /// @param enclaves those on it that are suspended with it
    function revokePlatform(bytes32 platformId, EnclaveId[] calldata enclaves) external;

    /// @notice By vote: who may run enclaves, where the DAO takes them to be, and how many at once; 0 to admit no more.
    /// @dev Two at once let an operator prove a new release while the old one serves. Those above a new cap stay; they
    /// cannot attest again. INTEGRATOR: that operators are different people, in these regions, is what the vote says;
    /// no contract can see it.
    /// @param operator its account
    /// @param region where its machines are taken to be
    /// @param cap enclaves at once
    function setOperator(address operator, bytes32 region, uint16 cap) external;

    /// @notice By its operator: the active enclave with which it takes part in new committees. The first one is chosen
    /// by itself.
    function choose(EnclaveId id) external;

    /// @notice First registration (epoch 1) or re-attestation (epoch + 1). Anyone may relay.
    /// @dev The report data binds evidence to this chain, registry, operator, identity, epoch and challenge.
    /// INTEGRATOR: endpoint and TLS key are what the operator says.
    /// @param registration what identity and operator have signed
    /// @param evidence of the TEE, as its verifier takes it, and as the operator has signed for it
    /// @param identitySignature r ‖ s ‖ v
    /// @param operatorSignature r ‖ s ‖ v
    /// @return id of the enclave
    function register(
        Registration calldata registration,
        bytes calldata evidence,
        bytes calldata identitySignature,
        bytes calldata operatorSignature
    ) external returns (EnclaveId id);

    /// @notice By anyone: has the evidence of an enclave judged by what has come since. It can only count for less
    /// long, or no longer at all; then anyone may `suspend` the enclave.
    /// @dev Emits EnclaveAttested with the new end.
    /// @param id of the enclave
    /// @param evidence byte for byte as it was accepted, out of the calldata of the latest registration
    function recheck(EnclaveId id, bytes calldata evidence) external;

    /// @notice Records the latest life of each of these enclaves. Anyone may relay.
    /// @dev One whose counter does not exceed the recorded one is skipped, with no event; one that is not its
    /// identity's word reverts all. A boot record is taken whatever became of the enclave, its evidence and its
    /// measurement.
    /// @param entries one for each enclave
    function recordBoots(BootEntry[] calldata entries) external;

    /// @notice By its operator: takes an enclave out of new sessions and frees its place for another identity.
    /// @dev It can come back by re-attesting.
    function retire(EnclaveId id) external;

    /// @notice ACTIVE -> SUSPENDED: by anyone once its attestation has ended, or its platform is revoked, or not
    /// admitted where that is needed; by vote at any time.
    /// @dev Frees its place on the platform and with the operator. It can come back by re-attesting, unless a vote
    /// prevents that too.
    function suspend(EnclaveId id) external;

    /// @notice Id of the enclave with this identity under this operator, whether or not it is registered.
    /// @param operator who runs it
    /// @param identity address of its identity key
    /// @return its id
    function enclaveId(address operator, address identity) external view returns (EnclaveId);
    /// @notice Everything about one enclave; its status is NONE if it never registered.
    function enclave(EnclaveId id) external view returns (EnclaveView memory);

    /// @notice Address of the enclave's identity key; zero if there is no such enclave.
    function identityOf(EnclaveId id) external view returns (address);

    /// @notice The enclave with which an operator takes part in new committees; zero if it has chosen none, or is
    /// admitted no more.
    function enclaveOf(address operator) external view returns (EnclaveId);

    /// @notice Whether it is active, its attestation valid, its platform not revoked and admitted where that is needed,
    /// its boot recorded, whatever became of its measurement.
    function isAttested(EnclaveId id) external view returns (bool);

    /// @notice Whether it may take a seat now: attested, and its measurement ACTIVE.
    function isEligible(EnclaveId id) external view returns (bool);

    /// @notice Whether it serves the keys that it is a member of: attested, and its measurement ACTIVE or RETIRING.
    function serves(EnclaveId id) external view returns (bool);

    /// @notice What the enclave may have in common with others.
    function traitsOf(EnclaveId id) external view returns (Traits memory);

    /// @notice The verifier in effect; zero if there is none.
    function verifierOf(bytes32 tee) external view returns (IAttestationVerifier);

    /// @notice Seconds between a vote for a verifier and its effect.
    function trustDelay() external view returns (uint48);

    /// @notice Who makes this TEE; its verifiers all say the same.
    function vendorOf(bytes32 tee) external view returns (bytes32);

    /// @notice How many enclaves may be active on one platform of this TEE; 0 for any number.
    function platformCap(bytes32 tee) external view returns (uint16);
    /// @notice Whether a vote has ruled this platform out.
    function isPlatformRevoked(bytes32 platformId) external view returns (bool);
    /// @notice Whether enclaves of this TEE have to be on admitted platforms.
    function onlyAdmittedPlatforms(bytes32 tee) external view returns (bool);
    /// @notice Whether this platform is on the list; one that was revoked since is out all the same.
    function isPlatformAdmitted(bytes32 platformId) external view returns (bool);

    /// @notice Enclaves on this platform that are active, whether or not their attestation still holds.
    function enclavesOn(bytes32 platformId) external view returns (uint32);

    /// @notice Everything about one operator; its cap is 0 if no vote admits it.
    function operator(address account) external view returns (OperatorView memory);
    /// @notice Operators that were ever admitted.
    function operatorCount() external view returns (uint256);

    /// @notice The operator at a position, in the order of their first admission, counted from 0.
    function operatorAt(uint256 position) external view returns (address);

    /// @notice Enclaves that were ever registered.
    function enclaveCount() external view returns (uint256);

    /// @notice The enclave at a position, in the order of their first registration, counted from 0.
    function enclaveIdAt(uint256 position) external view returns (EnclaveId);
}
