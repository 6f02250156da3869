// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC6909} from "@openzeppelin/contracts/interfaces/draft-IERC6909.sol";
import {ICommons} from "./interfaces/ICommons.sol";
import {IMissionRegistry} from "./interfaces/IMissionRegistry.sol";
import {IOutcomeOracle} from "./interfaces/IOutcomeOracle.sol";
import {Backings} from "./pledges/Backings.sol";
import {Pacts} from "./pledges/Pacts.sol";

/// @title The pledge book: see IPledgeBook, which is its manual
/// @dev Its parts are in `pledges/`, each upon the one before: Pacts (terms, states), Money (escrow), Confirming, Milestones,
/// Offers (what is no money), Backings (positions).
contract PledgeBook is Backings {
    constructor(
        IMissionRegistry registry_,
        ICommons commons_,
        IOutcomeOracle oracle_,
        IERC6909 instruments_
    ) Pacts(registry_, commons_, oracle_, instruments_) {}
}
