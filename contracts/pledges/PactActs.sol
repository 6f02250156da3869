// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Offers} from "./Offers.sol";
import {Pacts, Sources} from "./Pacts.sol";

/// @title The part of the pledge book that needs the body of the terms
/// @dev PledgeBook deploys it and runs its code on its own storage, since both together exceed the largest contract.
/// Called by itself it knows no pact.
contract PactActs is Offers {
    constructor(Sources memory sources, address book) Pacts(sources, book) {}
}
