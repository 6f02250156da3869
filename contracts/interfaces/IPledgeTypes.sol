// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title What the pledge book speaks of: terms, states, events, errors
/// @notice IPledgeBook is the manual.
interface IPledgeTypes {
    /// @notice State of a pact: see above. UNKNOWN: nobody opened it.
    enum State {
        UNKNOWN,
        OPEN,
        LOCKED,
        BOUND,
        FAILED
    }

    /// @notice What a milestone waits for. TIMED: its date. CONFIRMED: confirmers. REPORT: annual report `number` of
    /// the mission. VALUE: the FINAL value of period `number` of `metricId`.
    enum Condition {
        TIMED,
        CONFIRMED,
        REPORT,
        VALUE
    }

    /// @notice State of a milestone. PENDING: undecided. HELD: pledgers stopped it, the arbiter has time to answer.
    /// PAYABLE: payees pull their shares. FAILED: pledgers pull them back.
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
    /// `minContributors`: of the other kinds. `backing` and `body`: hashes of the ABI-encoded rest; `backing` 0 is
    /// none.
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

    /// @notice Positions behind the pact: `moneyUnits` for money, `pointUnits` for `maxPoints` points [units of the
    /// claim]. Points not confirmed before `pointsUntil` [s] fall to money.
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
        bytes32 metricId;
        int96 target;
        uint40 dueAt;
        uint32 number;
        bool up;
        Condition condition;
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

    /// @notice Who confirms: `needed` of the accounts under `root`, or, with `root` 0, of the pledgers with `minStake`
    /// [token]. Leaves are `keccak256(keccak256(abi.encode(account)))`. `needed` 0: nothing is ever confirmed.
    struct Confirmers {
        bytes32 root;
        uint112 minStake;
        uint32 needed;
    }

    /// @notice A hold needs `share` of the total [ppm] and `pledgers`. A milestone that is met waits `window` [s] for
    /// one. The arbiter has `answerWithin` [s]. Without arbiter there are no holds.
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
    /// `Offer(bytes32 pact,address pledger,uint256 kind,uint64 units,uint8 credit,uint40 deadline)`, `kind` being its
    /// place in the terms.
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
}
