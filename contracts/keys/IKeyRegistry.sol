// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId, KeyId} from "../types/Ids.sol";
import {
    Ceremony,
    CeremonyKind,
    CeremonyStatus,
    CommitteeParameters,
    Confirmation,
    Key,
    KeyParameters,
    KeyStatus,
    Network,
    PublicKey,
    Row,
    RowParameters,
    Scheme,
    Shape
} from "./KeyTypes.sol";

/// @title Keys that belong to the DAO: who holds their shares, what they may sign, and their public halves
/// @notice A key is PENDING by vote and ACTIVE at the switch, when a ceremony is done. The ceremony has a record of its
/// own: OPEN -> CONFIRMED when every member says that it keeps its share -> DONE by the key's own signature. An attempt
/// that passes its deadline is followed by the next one, and changes no word of the key.
interface IKeyRegistry {
    /// @notice A vote has named operators, reserves and threshold of a new key.
    event KeyCreated(KeyId indexed keyId, Scheme indexed scheme, CommitteeParameters committee);
    /// @notice These enclaves are to carry out the ceremony together.
    /// @param keyId of the key
    /// @param attempt counted from 1
    /// @param kind of ceremony
    /// @param epoch of the key, once it is done
    /// @param threshold how many members sign together
    /// @param members in party order
    /// @param deadline Unix time in seconds, to confirm until
    event AttemptOpened(
        KeyId indexed keyId,
        uint32 indexed attempt,
        CeremonyKind indexed kind,
        uint32 epoch,
        uint16 threshold,
        EnclaveId[] members,
        uint48 deadline
    );
    /// @notice A member says that it keeps its share, and of which key.
    event KeyConfirmedBy(
        KeyId indexed keyId, uint32 indexed attempt, EnclaveId indexed member, Confirmation confirmation
    );
    /// @notice This member does not say what the first one said: the attempt cannot succeed.
    event ConfirmationsDiffer(
        KeyId indexed keyId, uint32 indexed attempt, EnclaveId indexed member, bytes32 first, bytes32 other
    );
    /// @notice Every member has said the same: the shares are there.
    event KeyConfirmed(KeyId indexed keyId, uint32 indexed attempt, PublicKey publicKey);
    /// @notice The switch: the key has signed its own activation, and its words are those of the ceremony.
    event KeyActivated(KeyId indexed keyId, uint32 indexed epoch, PublicKey publicKey, bytes signature);
    /// @notice By vote: what one requester may have signed from now on; `epoch`, `guard`, `kinds` and `delay` are what
    /// enclaves read.
    event RowSet(
        KeyId indexed keyId,
        address indexed requester,
        uint40 epoch,
        address guard,
        address module,
        uint24 kinds,
        uint32 delay
    );
    /// @notice By vote: this requester has nothing signed any more.
    event RowRemoved(KeyId indexed keyId, address indexed requester, uint40 epoch);
    /// @notice What was asked for before this is over; the row says what it said.
    event RowRaised(KeyId indexed keyId, address indexed requester, uint40 epoch, address by);
    /// @notice By vote. Until then no request of this key is accepted or made ready, and enclaves that know of it sign
    /// nothing.
    /// @param keyId of the key
    /// @param by who called
    /// @param pausedUntil Unix time in seconds
    event KeyPaused(KeyId indexed keyId, address indexed by, uint48 pausedUntil);
    /// @notice By the guardian, to the same effect. It may suspend the key again 7 days after `pausedUntil`.
    event KeySuspended(KeyId indexed keyId, address indexed by, uint48 pausedUntil);
    /// @notice By vote: the same for every key.
    event NetworkPaused(address indexed by, uint48 pausedUntil);
    /// @notice By the guardian. It may suspend the network, or any key, again 7 days after `pausedUntil`.
    event NetworkSuspended(address indexed by, uint48 pausedUntil);
    /// @notice By vote: what enclaves are told about beats (`Network`).
    event BeatSet(uint32 beatBound, uint32 releasesPerBeat, uint32 margin);
    /// @notice Fewer than one more than `threshold` members are live now.
    event KeyAtRisk(KeyId indexed keyId, uint16 live, uint16 threshold);
    /// @notice What members have in common now is more than the key's rule allows.
    event DiversityBroken(KeyId indexed keyId);
    /// @notice By vote: not in effect before `effectiveAt` (Unix seconds), and not at all if it is withdrawn before.
    event CommitteeAnnounced(KeyId indexed keyId, uint32 indexed epoch, bytes32 hash, uint48 effectiveAt);
    /// @notice An announced committee was taken back.
    event CommitteeWithdrawn(KeyId indexed keyId, bytes32 hash, address indexed by);
    /// @notice By vote: from `epoch` on blocks are of this fork. Enclaves know it from `effectiveAt` on (Unix seconds).
    event ForkAdded(uint40 indexed epoch, bytes4 version, Shape shape, uint48 effectiveAt);
    /// @notice A fork was taken back.
    event ForkWithdrawn(uint40 indexed epoch, address indexed by);

    /// @notice No key has this id.
    error KeyRegistryUnknownKey(KeyId keyId);
    /// @notice The key is not where this call starts from.
    error KeyRegistryWrongStatus(KeyId keyId, KeyStatus status, KeyStatus needed);
    /// @notice The key's ceremony is not where this call starts from.
    error KeyRegistryWrongCeremony(KeyId keyId, CeremonyStatus status, CeremonyStatus needed);
    /// @notice A key has a scheme.
    error KeyRegistryNoScheme();
    /// @notice Members have moved since they were seated: this attempt would make a key whose rule does not hold.
    error KeyRegistryDiversityBroken(KeyId keyId);
    /// @notice Committees are announced by one contract alone.
    error KeyRegistryNotCommitteeVotes(address caller, address expected);
    /// @notice No committee is announced, or it is in effect already; Unix seconds.
    error KeyRegistryNothingToWithdraw(KeyId keyId, uint48 effectiveAt, uint256 time);
    /// @notice Seconds between QUEUED and READY, out of bounds.
    error KeyRegistryInvalidDelay(uint32 delay, uint32 maximum);
    /// @notice Signatures of this scheme are no good for some of these payload kinds, or no kind is named (bit k is
    /// kind k).
    error KeyRegistryKindsUnfit(Scheme scheme, uint24 kinds, uint24 possible);
    /// @notice A row has a guard, or says that it has none, and not both.
    error KeyRegistryUnguarded(KeyId keyId, address requester, address guard, bool unguarded);
    /// @notice No row is guarded by the module that asks in its requester's name.
    error KeyRegistryGuardIsModule(KeyId keyId, address requester, address guard);
    /// @notice A guard or a module is a contract.
    error KeyRegistryNoCode(address account);
    /// @notice The account delegates (EIP-7702): whoever has its key points it to other code at any time.
    error KeyRegistryDelegation(address account);
    /// @notice An Ed25519 key is not derived: two requesters would share it, and one has a row already.
    error KeyRegistrySecondRow(KeyId keyId, address requester, address present);
    /// @notice The requester has no row.
    error KeyRegistryNoRow(KeyId keyId, address requester);
    /// @notice The attempt has until `deadline` (Unix seconds).
    error KeyRegistryAttemptRunning(KeyId keyId, uint32 attempt, uint48 deadline, uint256 time);
    /// @notice The attempt had until `deadline` (Unix seconds).
    error KeyRegistryAttemptOver(KeyId keyId, uint32 attempt, uint48 deadline, uint256 time);
    /// @notice The confirmation is of another epoch or attempt.
    error KeyRegistryOtherAttempt(
        KeyId keyId, uint32 epoch, uint32 attempt, uint32 currentEpoch, uint32 currentAttempt
    );
    /// @notice The confirmation is of another committee.
    error KeyRegistryOtherCommittee(KeyId keyId, bytes32 committee, bytes32 current);
    /// @notice The enclave is no member of the committee.
    error KeyRegistryNotMember(KeyId keyId, EnclaveId member);
    /// @notice The enclave does not serve now.
    error KeyRegistryNotServing(KeyId keyId, EnclaveId member);
    /// @notice The member has confirmed this attempt.
    error KeyRegistryAlreadyConfirmed(KeyId keyId, uint32 attempt, EnclaveId member);
    /// @notice No point of the group has this encoding.
    error KeyRegistryInvalidPublicKey(Scheme scheme, uint8 prefix, bytes32 x);
    /// @notice The signature over `digest` is not of the member's identity.
    error KeyRegistryWrongSigner(EnclaveId member, address expected, address recovered, bytes32 digest);
    /// @notice The new key has not signed its activation message.
    error KeyRegistryInvalidActivation(KeyId keyId, bytes32 message);
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
    /// @notice There are as many forks as enclaves read (MAX_FORKS).
    error KeyRegistryTooManyForks();
    /// @notice A fork begins after the one before it, both by their epochs.
    error KeyRegistryForkNotLater(uint40 epoch, uint40 last);
    /// @notice A fork has a format, and none from before that of the last one.
    error KeyRegistryForkShape(Shape shape, Shape last);
    /// @notice Another fork, of that epoch, has this version.
    error KeyRegistryForkVersionKnown(bytes4 version, uint40 epoch);
    /// @notice Only the last fork can be taken back, both by their epochs; 0: there is none.
    error KeyRegistryNotLastFork(uint40 epoch, uint40 last);
    /// @notice The fork is in effect (Unix seconds): a vote takes it back, and nobody else.
    error KeyRegistryForkInEffect(uint40 epoch, uint48 effectiveAt, uint256 time);
    /// @notice A value of the beat out of its bounds.
    error KeyRegistryBeatOutOfBounds(uint32 value, uint32 minimum, uint32 maximum);
    /// @notice The requester's row does not allow this kind of payload (bit k is kind k), or there is no row (no
    /// kinds).
    error KeyRegistryKindNotAllowed(KeyId keyId, address requester, uint8 kind, uint24 kinds);

    /// @notice By vote. Opens attempt 1 with the operators' enclaves.
    /// @dev VOTERS: 64 seats with 64 reserves and a rule of diversity take most of a transaction's 16,777,216 gas
    /// (EIP-7825); many rows as well do not fit: say those by `setRow`. A window shorter than finality makes no key.
    /// @param parameters scheme, committee and rows of the key
    /// @return keyId its id for ever
    function createKey(KeyParameters calldata parameters) external returns (KeyId keyId);

    /// @notice By vote: what one requester may have signed from now on, in place of what its row said before. What it
    /// had asked for and is not signed is over. No other row is touched.
    /// @param keyId of the key
    /// @param row what it says
    function setRow(KeyId keyId, RowParameters calldata row) external;

    /// @notice By vote: the requester has nothing signed any more. The row keeps its number, for another one to go on
    /// from.
    /// @dev VOTERS: what its guard keeps about the requester stays there, limits too (ISpendingLimits.removeLimits): a
    /// row that comes back with the same guard finds them as they were.
    /// @param keyId of the key
    /// @param requester whose row it is
    function removeRow(KeyId keyId, address requester) external;

    /// @notice By the requester, the row's guard or a vote: what was asked for before this and is not signed is over.
    /// @dev Not by a requester that was dismissed, whose guard is `Closed`: it must not overtake what a vote asks in
    /// its name.
    /// @param keyId of the key
    /// @param requester whose row it is
    function raise(KeyId keyId, address requester) external;

    /// @notice By the guardian: stops the key for a while, once; the next time only after a cool-down as long as the
    /// longest suspension.
    /// @dev Refuses whoever may pause: a vote needs no suspension, and must not start the guardian's cool-down.
    /// @param keyId of the key
    /// @param duration in seconds
    function suspend(KeyId keyId, uint48 duration) external;

    /// @notice By vote: stops the key until then, or lets it go on at once (a time that has passed).
    /// @param keyId of the key
    /// @param until Unix time in seconds
    function pause(KeyId keyId, uint48 until) external;

    /// @notice By the guardian: stops every key for a while. The cool-down is that of every key, too.
    /// @param duration in seconds
    function suspendNetwork(uint48 duration) external;

    /// @notice By vote: stops every key until then, or ends that at once (a time that has passed). Pauses of single
    /// keys stay.
    /// @dev Keys go on being made, confirmed and activated; requests go on being cancelled, fulfilled, refused and
    /// expired.
    /// @param until Unix time in seconds
    function pauseNetwork(uint48 until) external;

    /// @notice By vote: how old an enclave's latest beat may be, how much it releases meanwhile, and how much time a
    /// request must have left.
    /// @param beatBound see `Network`
    /// @param releasesPerBeat see `Network`
    /// @param margin see `Network`
    function setBeat(uint32 beatBound, uint32 releasesPerBeat, uint32 margin) external;

    /// @notice By the CommitteeVotes contract: a vote has named another committee. It replaces what was announced
    /// before.
    /// @param keyId of an active key
    /// @param hash Keccak-256 of the committee's ABI-encoded parameters
    /// @return epoch the key's next one
    /// @return effectiveAt Unix time in seconds, `committeeDelay` from now
    function announceCommittee(KeyId keyId, bytes32 hash) external returns (uint32 epoch, uint48 effectiveAt);

    /// @notice Takes back an announced committee: by the guardian until it is in effect, by vote at any time.
    /// @param keyId of the key
    function withdrawCommittee(KeyId keyId) external;

    /// @notice By vote: a fork of the consensus layer that the enclaves' image does not have, in effect after
    /// `committeeDelay`, or at once while there is no key. One that a guardian has taken back is in effect when it
    /// would have been, or at once, where a vote names it again, unchanged and within another delay after that.
    /// @dev VOTERS: enclaves have to prove it before the chain reaches `epoch`: after that they can prove nothing. A
    /// version or an epoch that the chain does not have stops every request from `epoch` on, and so does a format that
    /// its blocks do not have; enclaves know no others than those of `Shape`.
    /// @param version of the fork, as signatures have it
    /// @param epoch in which it begins; later than every fork before it
    /// @param shape format of its light-client data; none from before that of the last fork
    function addFork(bytes4 version, uint40 epoch, Shape shape) external;

    /// @notice Takes back the last fork: by the guardian until it is in effect, by vote at any time.
    /// @param epoch that it begins in
    function withdrawFork(uint40 epoch) external;

    /// @notice After an attempt's deadline, by anyone: opens the next one. Reserves take the seats of operators without
    /// an eligible enclave, and of members that were silent while t others confirmed.
    /// @dev Where the chain cannot tell who failed (fewer confirmed, members differ, nobody activated), and now and
    /// then where it seems to, one seat changes hands, drawn by the attempt's number. So members cannot stall a key for
    /// ever while operators and reserves have as many others as there are seats; how long they can is a matter of luck,
    /// and another vote is the faster way.
    /// @param keyId of the key
    function openAttempt(KeyId keyId) external;

    /// @notice One member's signed statement that it keeps its share. All members must say the same. Anyone may relay.
    /// @dev INTEGRATOR: that the commitments are those of the public key is the members' word; activation shows that t
    /// shares sign.
    /// @param member whose statement it is
    /// @param confirmation what it says
    /// @param identitySignature by the member's identity
    function confirm(EnclaveId member, Confirmation calldata confirmation, bytes calldata identitySignature) external;

    /// @notice The switch, with the new key's own signature over its activation message, while every member serves.
    /// Anyone may relay.
    /// @param keyId of a key whose ceremony is CONFIRMED
    /// @param signature in its scheme's encoding (ISignatureVerifier)
    function activate(KeyId keyId, bytes calldata signature) external;

    /// @notice By anyone: brings to an event what time, operators or votes about measurements have done to a key's
    /// members.
    /// @param keyId of the key
    function recheck(KeyId keyId) external;

    /// @notice Reverts unless the key may take this request now: it is active, neither it nor the network is paused,
    /// and the row allows it.
    /// @param keyId of the key
    /// @param requester whose row it is
    /// @param kind a number of `PayloadKinds`
    /// @return epoch of the row
    /// @return delay of the row, in seconds
    /// @return guard of the row; zero: none is asked
    /// @return scheme of the key
    function requireRequestable(KeyId keyId, address requester, uint8 kind)
        external
        view
        returns (uint40 epoch, uint32 delay, address guard, Scheme scheme);

    /// @notice Reverts unless this member of an active key's committee signed `digest` with its identity.
    /// @param keyId of the key
    /// @param member who is to have signed
    /// @param digest what was signed
    /// @param identitySignature r ‖ s ‖ v
    /// @return epoch of the key
    /// @return party of the member, from 1 on
    /// @return threshold how many members sign together
    /// @return size how many members there are
    function requireMemberSigned(KeyId keyId, EnclaveId member, bytes32 digest, bytes calldata identitySignature)
        external
        view
        returns (uint32 epoch, uint16 party, uint16 threshold, uint16 size);

    /// @notice The row of this requester, as enclaves read it; no kinds where there is none.
    function rowOf(KeyId keyId, address requester) external view returns (Row memory);

    /// @notice The contract that may ask in this requester's name; zero where none may.
    function moduleOf(KeyId keyId, address requester) external view returns (address);

    /// @notice What the new key signs at the switch; reverts unless its ceremony is CONFIRMED or DONE.
    function activationMessage(KeyId keyId) external view returns (bytes32);

    /// @notice Members that serve now: of the key's committee, and before the first switch of the ceremony's.
    function liveMembers(KeyId keyId) external view returns (uint16);

    /// @notice When the guardian may suspend this key again (Unix seconds); the network, for zero.
    function suspendableAt(KeyId keyId) external view returns (uint48);

    /// @notice The words of a key, as enclaves read them; its status is NONE if there is none.
    function key(KeyId keyId) external view returns (Key memory);

    /// @notice The key's latest ceremony; its kind is NONE if there is no such key.
    function ceremonyOf(KeyId keyId) external view returns (Ceremony memory);

    /// @notice Members of a committee in party order, by its hash; none if no ceremony had it.
    function membersOf(bytes32 committee) external view returns (EnclaveId[] memory);

    /// @notice The committee that a vote has announced for this key; zeros if there is none.
    /// @param keyId of the key
    /// @return hash Keccak-256 of the committee's ABI-encoded parameters
    /// @return effectiveAt Unix time in seconds
    function proposedCommittee(KeyId keyId) external view returns (bytes32 hash, uint48 effectiveAt);

    /// @notice The contract that announces committees.
    function committeeVotes() external view returns (address);

    /// @notice Seconds between a vote for another committee or a fork and its effect: the same for every vote.
    function committeeDelay() external view returns (uint48);

    /// @notice How many seconds a beat may be old at least, as deployed: three finalities of the chain.
    function minimumBeatBound() external view returns (uint32);

    /// @notice The network word, as enclaves read it.
    function network() external view returns (Network memory);

    /// @notice Id of the key that is created as the `index`th, counted from 1.
    function keyIdAt(uint256 index) external view returns (KeyId);

    /// @notice Keys that were ever created.
    function keyCount() external view returns (uint256);
}
