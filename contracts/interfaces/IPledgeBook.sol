// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Pledge book: what many pledge to together, and what becomes of it
/// @notice A pact is its terms; nobody owns it. Money waits in escrow until `closeAt`; then the pact is BOUND or FAILED by its
/// totals alone, money goes to payees milestone by milestone or back to its pledgers, and whoever pledged collects its part of
/// the positions that back the pact. Everything is pulled by whom it belongs to, to any address.
///
///     OPEN --lockAt--> LOCKED --closeAt--> BOUND | FAILED
///
/// Warning: rebasing tokens are unsupported; a token that moves another amount than asked reverts.
/// Warning: POOLED credit is presentation, not secrecy: events show who pledged.
interface IPledgeBook {
    /// @notice State of a pact: see above. UNKNOWN: nobody opened it.
    enum State {
        UNKNOWN,
        OPEN,
        LOCKED,
        BOUND,
        FAILED
    }

    /// @notice What a milestone waits for. TIMED: its date. CONFIRMED: confirmers. REPORT: annual report `number` of the
    /// mission. VALUE: the FINAL value of period `number` of `metricId`.
    enum Condition {
        TIMED,
        CONFIRMED,
        REPORT,
        VALUE
    }

    /// @notice State of a milestone. PENDING: undecided. HELD: pledgers stopped it, the arbiter has time to answer. PAYABLE:
    /// payees pull their shares. FAILED: pledgers pull them back.
    enum Progress {
        PENDING,
        HELD,
        PAYABLE,
        FAILED
    }

    /// @notice What the arbiter said of a hold.
    enum Answer {
        NONE,
        LIFTED,
        REFUSED
    }

    /// @notice What is given beside money.
    enum Kind {
        TIME,
        SKILL,
        DATA,
        IN_KIND
    }

    /// @notice How a pledge is shown. POOLED counts in totals and in no per-person view.
    enum Credit {
        NAMED,
        POOLED
    }

    /// @notice State of an offer. NONE also stands for a batch that does not hold it.
    enum Delivery {
        NONE,
        DELIVERED,
        CONFIRMED
    }

    /// @notice Why a signed act is skipped. ALREADY_RECORDED: or voided. CAP_PER_ACTOR: or no
    /// units at all.
    enum Refusal {
        NONE,
        EXPIRED,
        NOT_MEMBER,
        ALREADY_RECORDED,
        CAP_PER_ACTOR,
        CAP_IN_ALL,
        BAD_SIGNATURE
    }

    /// @notice What pledging needs of the terms. `token` 0: no money. Totals [token]; `minPledgers`: of money;
    /// `minContributors`: of the other kinds. `backing` and `body`: hashes of the ABI-encoded rest; `backing` 0 is none.
    struct Pact {
        bytes32 mission;
        address token;
        uint40 lockAt;
        uint40 closeAt;
        uint112 minTotal;
        uint112 maxTotal;
        uint112 minPerActor;
        uint24 minPledgers;
        uint24 minContributors;
        bytes32 backing;
        bytes32 body;
    }

    /// @notice Positions behind the pact: `moneyUnits` for money, `pointUnits` for `maxPoints` points [units of the claim].
    /// Points not confirmed before `pointsUntil` [s] fall to money.
    struct Backing {
        uint256 positionId;
        uint112 moneyUnits;
        uint112 pointUnits;
        uint112 maxPoints;
        uint40 pointsUntil;
    }

    /// @notice The rest of the terms. `goal`: which of the mission's goals the pact serves; `entry`: the entry of the
    /// whiteboard that says it in words.
    struct Body {
        uint256 goal;
        bytes32 entry;
        Milestone[] milestones;
        KindTerms[] kinds;
        Confirmers confirmers;
        HoldRule holdRule;
    }

    /// @notice Pays `payees` when `condition` is met by `dueAt` [s]. `number`: of the report or period; `metricId`,
    /// `target` [metric] and `up` (at least, or at most, the target): of a VALUE.
    struct Milestone {
        Condition condition;
        uint40 dueAt;
        uint32 number;
        bytes32 metricId;
        int96 target;
        bool up;
        Payee[] payees;
    }

    /// @notice `share` of the pact's total [ppm]; all shares of all milestones add up to a million.
    struct Payee {
        address account;
        uint32 share;
    }

    /// @notice A kind of contribution: `unit` in words, points a unit, caps [units], and the date [s] by which it is
    /// delivered and confirmed.
    struct KindTerms {
        Kind kind;
        string unit;
        uint32 pointsPerUnit;
        uint64 capPerActor;
        uint64 capInAll;
        uint40 until;
    }

    /// @notice Who confirms: `needed` of the accounts under `root`, or, with `root` 0, of the pledgers with `minStake` [token].
    /// Leaves are `keccak256(keccak256(abi.encode(account)))`. `needed` 0: nothing is ever confirmed.
    struct Confirmers {
        uint32 needed;
        bytes32 root;
        uint112 minStake;
    }

    /// @notice A hold needs `share` of the total [ppm] and `pledgers`. A milestone that is met waits `window` [s] for one.
    /// The arbiter has `answerWithin` [s]. Without arbiter there are no holds.
    struct HoldRule {
        uint32 share;
        uint24 pledgers;
        uint32 window;
        uint32 answerWithin;
        address arbiter;
    }

    /// @notice A Permit2 pledge. The pledger signs `PermitWitnessTransferFrom` with the witness
    /// `Pledge(bytes32 pact,address pledger,uint256 amount,uint8 credit)`.
    struct PermittedPledge {
        address pledger;
        uint112 amount;
        Credit credit;
        uint256 nonce;
        uint256 deadline;
        bytes signature;
    }

    /// @notice A signed offer:
    /// `Offer(bytes32 pact,address pledger,uint256 kind,uint64 units,uint8 credit,uint40 deadline)`, `kind` being its place in
    /// the terms.
    struct SignedOffer {
        address pledger;
        uint64 units;
        Credit credit;
        uint40 deadline;
        bytes signature;
    }

    /// @notice An offer as a batch recorded it, and the proof that it did.
    struct Offer {
        uint256 kind;
        address pledger;
        uint64 units;
        uint256 batch;
        bytes32[] proof;
    }

    event PactOpened(
        bytes32 indexed pact,
        bytes32 indexed mission,
        bytes32 indexed entry,
        Pact terms,
        bytes backing,
        bytes body
    );
    event Pledged(bytes32 indexed pact, address indexed pledger, uint256 amount, uint256 stake, Credit credit);
    event PledgeRefused(bytes32 indexed pact, address indexed pledger, bytes4 reason);
    event Withdrawn(bytes32 indexed pact, address indexed pledger, address to, uint256 amount);
    event Refunded(bytes32 indexed pact, address indexed pledger, address to, uint256 amount);
    event MilestoneRefunded(
        bytes32 indexed pact,
        uint256 indexed milestone,
        address indexed pledger,
        address to,
        uint256 amount
    );
    event Released(
        bytes32 indexed pact,
        uint256 indexed milestone,
        address indexed payee,
        uint256 place,
        address to,
        uint256 amount
    );
    event MilestoneConfirmed(bytes32 indexed pact, uint256 indexed milestone);
    event QuestionCounted(bytes32 indexed pact, uint256 indexed milestone, address indexed pledger, uint256 stake);
    event Held(bytes32 indexed pact, uint256 indexed milestone, uint256 answerUntil);
    event HoldAnswered(bytes32 indexed pact, uint256 indexed milestone, Answer answer);
    event BackingDeposited(bytes32 indexed pact, address indexed depositor, uint256 units);
    event BackingReturned(bytes32 indexed pact, address indexed depositor, address to, uint256 units);
    event Collected(bytes32 indexed pact, address indexed account, address to, uint256 units);
    event PointsCollected(bytes32 indexed pact, address indexed account, address to, uint256 points, uint256 units);
    event RestCollected(bytes32 indexed pact, address indexed account, address to, uint256 units);
    event Offered(
        bytes32 indexed pact,
        address indexed pledger,
        uint256 indexed batch,
        uint256 kind,
        uint256 units,
        Credit credit
    );
    event OfferRefused(bytes32 indexed pact, address indexed pledger, uint256 kind, Refusal reason);
    event OfferVoided(bytes32 indexed pact, address indexed pledger, uint256 kind);
    event Delivered(bytes32 indexed pact, address indexed pledger, bytes32 indexed offer, bytes32 content);
    event DeliveryConfirmed(bytes32 indexed pact, address indexed pledger, bytes32 indexed offer, uint256 points);

    error PledgeBook_UnknownPact(bytes32 pact);
    error PledgeBook_EntryNotReady(bytes32 entry);
    error PledgeBook_WrongTimes(uint256 nowAt, uint256 lockAt, uint256 closeAt);
    error PledgeBook_WrongTotals(uint256 minTotal, uint256 maxTotal);
    error PledgeBook_WrongShares(uint256 given, uint256 expected);
    error PledgeBook_TooMany(uint256 given, uint256 max);
    error PledgeBook_WrongMilestone(uint256 milestone);
    error PledgeBook_WrongKind(uint256 kind);
    error PledgeBook_WrongBacking(uint256 points, uint256 expected);
    error PledgeBook_NoFixedConfirmers();
    error PledgeBook_WrongState(State given, State expected);
    error PledgeBook_TermsMismatch(bytes32 given, bytes32 expected);
    error PledgeBook_NotMember(address given);
    error PledgeBook_BelowMinimum(uint256 given, uint256 min);
    error PledgeBook_AboveMaximum(uint256 given, uint256 max);
    error PledgeBook_NothingLeft(address account);
    error PledgeBook_WrongProgress(Progress given, Progress expected);
    error PledgeBook_UnknownMilestone(uint256 given, uint256 count);
    error PledgeBook_UnknownPayee(uint256 given, uint256 count);
    error PledgeBook_NotPayee(address given, address payee);
    error PledgeBook_AlreadyReleased(uint256 milestone, uint256 place);
    error PledgeBook_TooFewConfirmers(uint256 given, uint256 needed);
    error PledgeBook_NotConfirmer(address given);
    error PledgeBook_NotRising(address given);
    error PledgeBook_NoQuestion(address given);
    error PledgeBook_NotArbiter(address given, address arbiter);
    error PledgeBook_TooLate(uint256 given, uint256 until);
    error PledgeBook_TooEarly(uint256 given, uint256 from);
    error PledgeBook_UnknownKind(uint256 given, uint256 count);
    error PledgeBook_UnknownOffer(bytes32 offer);
    error PledgeBook_OfferRefused(Refusal reason);
    error PledgeBook_WrongDelivery(Delivery given, Delivery expected);
    error PledgeBook_ZeroContent();
    error PledgeBook_BadSignature(address signer);
    error PledgeBook_PositionNotMoved(uint256 positionId, uint256 units);
    error PledgeBook_WrongHoldRule(uint256 share, uint256 pledgers);
    error PledgeBook_NoHold(uint256 milestone);

    /// @notice Opens a pact; anyone may, and opening it again changes nothing.
    /// @param backing The ABI-encoded `Backing`, or nothing. `body`: the ABI-encoded `Body`.
    /// @return id The hash of the terms, this contract and its chain.
    function open(Pact calldata pact, bytes calldata backing, bytes calldata body) external returns (bytes32 id);

    /// @notice The sender, a member, pledges money that it approved, until `closeAt`.
    function pledge(Pact calldata pact, uint112 amount, Credit credit) external;

    /// @notice The same with an ERC-2612 permit of the sender; whoever sent the permit before does no harm.
    function pledgeWithPermit(
        Pact calldata pact,
        uint112 amount,
        Credit credit,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Carries out a pledge signed for Permit2; anyone may.
    function pledgePermitted(Pact calldata pact, PermittedPledge calldata item) external;

    /// @notice Carries out many of them. One that fails is skipped; the event has the first bytes of its reason.
    function pledgeManyPermitted(Pact calldata pact, PermittedPledge[] calldata items) external;

    /// @notice The sender takes all its money back, before `lockAt`.
    function withdraw(Pact calldata pact, address to) external;

    /// @notice The sender takes all its money back from a FAILED pact.
    function refund(Pact calldata pact, address to) external;

    /// @notice Pays a payee's share of a PAYABLE milestone: to any address for the payee, to the payee for anyone. `place`:
    /// the payee's in the milestone.
    function release(Pact calldata pact, bytes calldata body, uint256 milestone, uint256 place, address to) external;

    /// @notice The sender takes its part of a FAILED milestone back [token].
    function refundMilestone(Pact calldata pact, bytes calldata body, uint256 milestone, address to) external;

    /// @notice Counts the confirmers of a CONFIRMED milestone, whose CONFIRM about `milestoneIdOf` stands; anyone may. All
    /// that are needed at once, in rising order; `proofs` only with a Merkle root.
    function confirmMilestone(
        Pact calldata pact,
        bytes calldata body,
        uint256 milestone,
        address[] calldata accounts,
        bytes32[][] calldata proofs
    ) external;

    /// @notice Counts pledgers whose QUESTION about `milestoneIdOf` stands; anyone may, in any portions. Others are passed
    /// over. With enough of them the milestone is HELD.
    /// Warning: a question that was counted and is retracted later stays counted.
    function countQuestions(
        Pact calldata pact,
        bytes calldata body,
        uint256 milestone,
        address[] calldata pledgers
    ) external;

    /// @notice The arbiter lifts a hold, or refuses the milestone.
    function answerHold(Pact calldata pact, bytes calldata body, uint256 milestone, bool lift) external;

    /// @notice The sender, a member, offers `units` of a kind (its place in the terms), once.
    function offer(Pact calldata pact, bytes calldata body, uint256 kind, uint64 units, Credit credit) external;

    /// @notice Records signed offers of one kind; anyone may.
    function offerSigned(Pact calldata pact, bytes calldata body, uint256 kind, SignedOffer[] calldata offers) external;

    /// @notice The sender voids what it signed for a kind and nobody recorded: it never offers of it to this pact.
    function voidOffer(Pact calldata pact, uint256 kind) external;

    /// @notice Names the content by which an offer is delivered: by its pledger, or with its signature over
    /// `Deliver(bytes32 offer,bytes32 content,uint40 deadline)`.
    function deliver(
        Pact calldata pact,
        bytes calldata body,
        Offer calldata one,
        bytes32 content,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Counts the confirmers of a delivery, whose CONFIRM about `deliveryIdOf` stands; anyone may. The proof of `one`
    /// is not needed any more.
    function confirmDelivery(
        Pact calldata pact,
        bytes calldata body,
        Offer calldata one,
        address[] calldata accounts,
        bytes32[][] calldata proofs
    ) external;

    /// @notice Deposits positions of the sender, who made this contract an operator or approved it, until `closeAt`.
    function depositBacking(Pact calldata pact, Backing calldata backing, uint112 units) external;

    /// @notice The sender takes its deposit back from a FAILED pact.
    function returnBacking(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The sender collects its money's part of the positions of a BOUND pact, once.
    function collect(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The sender collects the positions of its confirmed points, at any time.
    function collectPoints(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The sender collects its money's part of what unconfirmed points left, from `pointsUntil` on, once.
    function collectRest(Pact calldata pact, Backing calldata backing, address to) external;

    /// @notice The pact's state now.
    function stateOf(Pact calldata pact) external view returns (State);

    /// @notice A milestone's progress now; the pact is BOUND.
    function progressOf(Pact calldata pact, bytes calldata body, uint256 milestone) external view returns (Progress);

    /// @notice What was pledged and deposited: money [token], pledgers of money, contributors of other kinds, confirmed points,
    /// positions.
    function totalsOf(
        bytes32 pact
    ) external view returns (uint256 money, uint256 pledgers, uint256 contributors, uint256 points, uint256 backing);

    /// @notice What an account pledged and did not take back as a whole [token].
    function stakeOf(bytes32 pact, address pledger) external view returns (uint256);

    /// @notice An account's points that are confirmed and not collected.
    function pointsOf(bytes32 pact, address pledger) external view returns (uint256);

    /// @notice Units of a kind offered in all, its batches, and the root of one of them.
    function offersOf(
        bytes32 pact,
        uint256 kind,
        uint256 batch
    ) external view returns (uint256 units, uint256 batches, bytes32 root);

    /// @notice State of an offer after its recording.
    function deliveryOf(bytes32 offerId) external view returns (Delivery);

    /// @notice The subject of attestations about a milestone.
    function milestoneIdOf(bytes32 pact, uint256 milestone) external pure returns (bytes32);

    /// @notice The id of an offer, and its leaf under the batch's root.
    function offerIdOf(bytes32 pact, uint256 kind, address pledger, uint64 units) external pure returns (bytes32);

    /// @notice The subject of attestations about a delivery.
    function deliveryIdOf(bytes32 offerId, bytes32 content) external pure returns (bytes32);

    /// @notice The id that a pact has or would have.
    function pactIdOf(Pact calldata pact) external view returns (bytes32);
}
