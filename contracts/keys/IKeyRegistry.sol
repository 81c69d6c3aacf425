// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId, KeyId} from "../types/Ids.sol";
import {
    CommitteeParameters,
    Confirmation,
    DerivedPoints,
    Diversity,
    KeyParameters,
    KeyStatus,
    KeyView,
    Network,
    PayloadKind,
    Policy,
    PublicKey,
    Scheme
} from "./KeyTypes.sol";

/// @title Keys that belong to the DAO: who holds their shares, what they may sign, and their public halves
/// @notice NONE -> GENERATING by vote -> CONFIRMED when every member says that it keeps its share -> ACTIVE by the new key's
/// own signature. An attempt that passes its deadline is followed by the next one.
interface IKeyRegistry {
    /// @notice A vote has named operators, reserves, threshold and policy of a new key.
    event KeyCreated(KeyId indexed keyId, Scheme indexed scheme, CommitteeParameters committee);
    /// @notice These enclaves are to make the key together, and to confirm it until `deadline` (Unix seconds).
    event AttemptOpened(
        KeyId indexed keyId,
        uint32 indexed attempt,
        uint32 epoch,
        uint16 threshold,
        EnclaveId[] members,
        uint48 deadline
    );
    /// @notice The operator that loses the seat becomes a reserve, behind all others.
    event SeatChanged(
        KeyId indexed keyId, uint32 indexed attempt, uint16 indexed party, address operator, address replacedBy
    );
    /// @notice A member says that it keeps its share, and of which key.
    event KeyConfirmedBy(
        KeyId indexed keyId, uint32 indexed attempt, EnclaveId indexed member, Confirmation confirmation
    );
    /// @notice This member does not say what the first one said: the attempt cannot succeed.
    event ConfirmationsDiffer(
        KeyId indexed keyId, uint32 indexed attempt, EnclaveId indexed member, bytes32 first, bytes32 other
    );
    /// @notice Every member has said the same: the key is there.
    event KeyConfirmed(KeyId indexed keyId, uint32 indexed attempt, PublicKey publicKey);
    /// @notice The key has signed its own activation.
    event KeyActivated(KeyId indexed keyId, uint32 indexed epoch, PublicKey publicKey, bytes signature);
    /// @notice The key of (requester, path) was checked, with its Taproot output key for bip340 keys.
    event DerivedKeyClaimed(
        KeyId indexed keyId, address indexed requester, bytes32 indexed path, PublicKey derived, PublicKey output
    );
    /// @notice By vote. Until then no request of this key is accepted or made ready, and enclaves that know of it sign nothing (Unix seconds).
    event KeyPaused(KeyId indexed keyId, address indexed by, uint48 pausedUntil);
    /// @notice By the guardian, to the same effect. It may suspend the key again 7 days after `pausedUntil`.
    event KeySuspended(KeyId indexed keyId, address indexed by, uint48 pausedUntil);
    /// @notice By vote: the same for every key.
    event NetworkPaused(address indexed by, uint48 pausedUntil);
    /// @notice By the guardian. It may suspend the network, or any key, again 7 days after `pausedUntil`.
    event NetworkSuspended(address indexed by, uint48 pausedUntil);
    /// @notice By vote: how old a proven beat may be (seconds), how many signatures an enclave releases in between, and its margin (seconds).
    event BeatSet(uint32 beatBound, uint32 releasesPerBeat, uint32 margin);
    /// @notice Fewer than one more than `threshold` members are eligible now.
    event KeyAtRisk(KeyId indexed keyId, uint16 live, uint16 threshold);
    /// @notice Members whose measurement was retired or revoked serve this key on, or no longer: without them it would be lost.
    event KeySpared(KeyId indexed keyId, bool spared);
    /// @notice What members have in common now is more than the key's rule allows; `ICommittees.standingsOf` says what.
    event DiversityBroken(KeyId indexed keyId);
    /// @notice By vote: it takes effect no sooner than `effectiveAt` (Unix seconds), and not at all if it is withdrawn before.
    event CommitteeProposed(
        KeyId indexed keyId, uint32 indexed epoch, bytes32 hash, uint48 effectiveAt, CommitteeParameters parameters
    );
    /// @notice A proposed committee was taken back before it took effect.
    event CommitteeWithdrawn(KeyId indexed keyId, bytes32 hash, address indexed by);
    /// @notice What the key may sign, and for whom, from now on; `hash` is what enclaves read.
    event PolicySet(KeyId indexed keyId, uint32 indexed policyEpoch, bytes32 hash, Policy policy);

    /// @notice No key has this id.
    error KeyRegistryUnknownKey(KeyId keyId);
    /// @notice The key is not where this call starts from.
    error KeyRegistryWrongStatus(KeyId keyId, KeyStatus status, KeyStatus needed);
    /// @notice The threshold is under 2 or above the seats, or there are too many seats or reserves.
    error KeyRegistryInvalidThreshold(uint16 threshold, uint256 seats, uint256 maximumSeats);
    /// @notice An operator is named twice among seats and reserves.
    error KeyRegistryRepeatedOperator(address operator);
    /// @notice Seconds that an attempt may take, out of bounds.
    error KeyRegistryInvalidWindow(uint32 window, uint32 minimum, uint32 maximum);
    /// @notice A cap of the threshold or more promises nothing.
    error KeyRegistryInvalidDiversity(uint16 threshold, Diversity rule);
    /// @notice Members have moved since they were seated: this attempt would make a key whose rule does not hold.
    error KeyRegistryDiversityBroken(KeyId keyId);
    /// @notice No committee is proposed, or it is in effect already; Unix seconds.
    error KeyRegistryNothingToWithdraw(KeyId keyId, uint48 effectiveAt, uint256 time);
    /// @notice Seconds between QUEUED and READY, out of bounds.
    error KeyRegistryInvalidDelay(uint32 delay, uint32 maximum);
    /// @notice Signatures of this scheme are no good for some of these payload kinds, or no kind is named (bit k is kind k).
    error KeyRegistryKindsUnfit(Scheme scheme, uint32 kinds, uint32 possible);
    /// @notice Too many requesters and delegates together; an Ed25519 key has one at most.
    error KeyRegistryInvalidRequesters(Scheme scheme, uint256 requesters, uint256 maximum);
    /// @notice Nobody is both requester and delegate.
    error KeyRegistryRequesterIsDelegate(address requester);
    /// @notice Fewer operators and reserves have an eligible enclave than there are seats.
    error KeyRegistryTooFewEligible(KeyId keyId, uint256 eligible, uint256 needed);
    /// @notice The attempt has until `deadline` (Unix seconds).
    error KeyRegistryAttemptRunning(KeyId keyId, uint32 attempt, uint48 deadline, uint256 time);
    /// @notice The attempt had until `deadline` (Unix seconds).
    error KeyRegistryAttemptOver(KeyId keyId, uint32 attempt, uint48 deadline, uint256 time);
    /// @notice The confirmation is of another epoch or attempt.
    error KeyRegistryOtherAttempt(KeyId keyId, uint32 epoch, uint32 attempt, uint32 currentEpoch, uint32 currentAttempt);
    /// @notice The confirmation is of another committee.
    error KeyRegistryOtherCommittee(KeyId keyId, bytes32 committee, bytes32 current);
    /// @notice The enclave is no member of the current committee.
    error KeyRegistryNotMember(KeyId keyId, EnclaveId member);
    /// @notice The enclave is not eligible now.
    error KeyRegistryNotEligible(KeyId keyId, EnclaveId member);
    /// @notice The member has confirmed this attempt.
    error KeyRegistryAlreadyConfirmed(KeyId keyId, uint32 attempt, EnclaveId member);
    /// @notice No point of the group has this encoding.
    error KeyRegistryInvalidPublicKey(Scheme scheme, uint8 prefix, bytes32 x);
    /// @notice The signature over `digest` is not of the member's identity.
    error KeyRegistryWrongSigner(EnclaveId member, address expected, address recovered, bytes32 digest);
    /// @notice The new key has not signed its activation message.
    error KeyRegistryInvalidActivation(KeyId keyId, bytes32 message);
    /// @notice Ed25519 keys are used as they are: no path, and nothing to claim.
    error KeyRegistryNoDerivation(KeyId keyId, Scheme scheme, address requester, bytes32 path);
    /// @notice The coordinates are not those of the derived key, both by their address.
    error KeyRegistryWrongDerivedPoint(KeyId keyId, address claimed, address expected);
    /// @notice The coordinates are not those of the Taproot output key, both by their address.
    error KeyRegistryWrongOutputPoint(KeyId keyId, address claimed, address expected);
    /// @notice The derived key has to be claimed first.
    error KeyRegistryUnclaimed(KeyId keyId, address requester, bytes32 path);
    /// @notice A guardian suspends for `maximum` seconds at most; the network where `keyId` is zero.
    error KeyRegistrySuspensionTooLong(KeyId keyId, uint48 duration, uint48 maximum);
    /// @notice A guardian may suspend again from `suspendableAt` on (Unix seconds); the network where `keyId` is zero.
    error KeyRegistryCoolingDown(KeyId keyId, uint48 suspendableAt, uint256 time);
    /// @notice Suspending is for guardians: whoever may pause pauses.
    error KeyRegistryMayPause(address caller);
    /// @notice The key is paused until then (Unix seconds).
    error KeyRegistryPaused(KeyId keyId, uint48 pausedUntil, uint256 time);
    /// @notice Every key is paused until then (Unix seconds).
    error KeyRegistryNetworkPaused(uint48 pausedUntil, uint256 time);
    /// @notice A value of the beat out of its bounds.
    error KeyRegistryBeatOutOfBounds(uint32 value, uint32 minimum, uint32 maximum);
    /// @notice The current policy does not name this requester.
    error KeyRegistryRequesterNotAllowed(KeyId keyId, address requester, uint32 policyEpoch);
    /// @notice The current policy does not allow this kind of payload (bit k is kind k).
    error KeyRegistryKindNotAllowed(KeyId keyId, PayloadKind kind, uint32 kinds);

    /// @notice By vote. Opens attempt 1 with the operators' enclaves.
    /// @dev VOTERS: 64 seats with 64 reserves and a rule of diversity take most of a transaction's 16,777,216 gas (EIP-7825); with 64 requesters
    /// as well they do not fit: name those by `setPolicy`. A window shorter than finality makes no key.
    function createKey(KeyParameters calldata parameters) external returns (KeyId);

    /// @notice By vote: what the key may sign, and for whom, from now on.
    function setPolicy(KeyId keyId, Policy calldata policy) external;

    /// @notice By the guardian: stops the key for a while, once; the next time only after a cool-down as long as the longest suspension.
    /// @dev Refuses whoever may pause: a vote needs no suspension, and must not start the guardian's cool-down.
    function suspend(KeyId keyId, uint48 duration) external;

    /// @notice By vote: stops the key until then, or lets it go on at once (a time that has passed).
    function pause(KeyId keyId, uint48 until) external;

    /// @notice By vote: who shall hold the shares of an active key from its next epoch on. It replaces what was proposed before.
    /// @dev A new committee can take the key: nothing is done before the committee's own delay has passed, the longest of all, and until
    /// then the guardian can withdraw it. INTEGRATOR: the ceremony that hands shares over is not part of this version.
    function proposeCommittee(KeyId keyId, CommitteeParameters calldata committee) external;

    /// @notice Takes back a proposed committee: by the guardian until it is in effect, by vote at any time.
    function withdrawCommittee(KeyId keyId) external;

    /// @notice Hash of the proposed committee's ABI-encoded parameters, and when it takes effect; zeros if there is none.
    function proposedCommittee(KeyId keyId) external view returns (bytes32 hash, uint48 effectiveAt);

    /// @notice Seconds between a vote for another committee and its effect.
    function committeeDelay() external view returns (uint48);

    /// @notice By the guardian: stops every key for a while. The cool-down is that of every key, too.
    function suspendNetwork(uint48 duration) external;

    /// @notice By vote: stops every key until then, or ends that at once (a time that has passed). Pauses of single keys stay.
    /// @dev Keys go on being made, confirmed and activated; requests go on being cancelled, fulfilled, refused and expired.
    function pauseNetwork(uint48 until) external;

    /// @notice By vote: how old an enclave's latest beat may be, how much it releases meanwhile, and how much time a request must have left.
    function setBeat(uint32 beatBound, uint32 releasesPerBeat, uint32 margin) external;

    /// @notice After an attempt's deadline, by anyone: opens the next one. Reserves take the seats of operators without an eligible
    /// enclave, and of members that were silent while t others confirmed.
    /// @dev Where the chain cannot tell who failed (fewer confirmed, members differ, nobody activated), and now and then where it seems
    /// to, one seat changes hands, drawn by the attempt's number. So members cannot stall a key for ever while operators and reserves
    /// have as many others as there are seats; how long they can is a matter of luck, and another vote is the faster way.
    function openAttempt(KeyId keyId) external;

    /// @notice One member's signed statement that it keeps its share. All members must say the same. Anyone may relay.
    /// @dev INTEGRATOR: that the commitments are those of the public key is the members' word; activation shows that t shares sign.
    function confirm(EnclaveId member, Confirmation calldata confirmation, bytes calldata identitySignature) external;

    /// @notice CONFIRMED -> ACTIVE with the new key's own signature over its activation message. Anyone may relay.
    function activate(KeyId keyId, bytes calldata signature) external;

    /// @notice Checks and caches the derived key (and Taproot output key) of (requester, path). Anyone may call.
    /// @dev The output point counts for bip340 keys only. Ed25519 keys are used as they are and need no claim.
    function claimDerivedKey(KeyId keyId, address requester, bytes32 path, DerivedPoints calldata points) external;

    /// @notice The key that must verify for this kind of payload; reverts if it has not been claimed.
    /// @dev A bip340 key is its x-coordinate, lifted to the even y: its prefix is always 2 here.
    function verifyingKey(KeyId keyId, address requester, bytes32 path, PayloadKind kind)
        external
        view
        returns (Scheme scheme, PublicKey memory);

    /// @notice The same key as one word, enough to verify with: x for bip340, the address for ECDSA, the encoding for Ed25519.
    function signerOf(KeyId keyId, address requester, bytes32 path, PayloadKind kind)
        external
        view
        returns (Scheme scheme, bytes32 signer);

    /// @notice Ethereum address of the derived key of (requester, path), claimed or not.
    function derivedAddress(KeyId keyId, address requester, bytes32 path) external view returns (address);

    /// @notice What derivation binds to for ever: the chain, registry, key and root public key of the key's birth.
    function birthDomain(KeyId keyId) external view returns (bytes32);

    /// @notice What the new key signs to become active; reverts unless it is CONFIRMED or ACTIVE.
    function activationMessage(KeyId keyId) external view returns (bytes32);

    /// @notice Reverts unless the key may take this request now; returns its delay in seconds, and its scheme.
    /// @dev INTEGRATOR: where `limited` is true the requester is a delegate, and the caller must hold it to its limits.
    function requireRequestable(KeyId keyId, address requester, PayloadKind kind)
        external
        view
        returns (uint32 delay, Scheme scheme, bool limited);

    /// @notice Reverts unless this member of the current committee signed `digest` with its identity.
    function requireMemberSigned(KeyId keyId, EnclaveId member, bytes32 digest, bytes calldata identitySignature)
        external
        view
        returns (uint32 epoch, uint16 party, uint16 threshold, uint16 size);

    /// @notice By anyone: brings to an event what time, operators or votes about measurements have done to a key's members, and keeps
    /// whether the key is spared.
    function recheck(KeyId keyId) external;

    /// @notice Members of the current committee that are live now: eligible, or (for a spared key) attested.
    function liveMembers(KeyId keyId) external view returns (uint16);

    /// @notice When the guardian may suspend this key again; the network, for zero.
    function suspendableAt(KeyId keyId) external view returns (uint48);

    /// @notice The network word, as enclaves read it.
    function network() external view returns (Network memory);
    /// @notice Id of the key that is created as the `index`th, counted from 1.
    function keyIdAt(uint256 index) external view returns (KeyId);
    /// @notice Everything about one key; its status is NONE if there is none.
    function key(KeyId keyId) external view returns (KeyView memory);
    /// @notice The current policy.
    function policyOf(KeyId keyId) external view returns (Policy memory);
    /// @notice Who has the seats, in party order, who waits for one, and the place of the reserve that is next in line.
    function seats(KeyId keyId)
        external
        view
        returns (address[] memory operators, address[] memory reserves, uint32 next);
    /// @notice Keys that were ever created.
    function keyCount() external view returns (uint256);

    /// @notice Up to `limit` keys in the order of their creation, from position `offset` on.
    function keys(uint256 offset, uint256 limit) external view returns (KeyView[] memory);
}
