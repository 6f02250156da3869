// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MerkleProofLib} from "solady/utils/MerkleProofLib.sol";
import {ICommons} from "../interfaces/ICommons.sol";
import {Pacts} from "./Pacts.sol";

/// @title Confirmers: whose CONFIRM in the Commons moves value
abstract contract Confirming is Pacts {
    /// @dev Distinct confirmers, in rising order, whose CONFIRM about the subject stands now; at least as many as
    /// needed.
    function _checkConfirmers(
        bytes32 mission,
        bytes32 id,
        Confirmers memory terms,
        bytes32 subject,
        address[] calldata accounts,
        bytes32[][] calldata proofs
    ) internal view {
        if (terms.needed == 0 || accounts.length < terms.needed) {
            revert PledgeBook_TooFewConfirmers(accounts.length, terms.needed);
        }
        bool[] memory given = commons.areGiven(mission, subject, ICommons.AttestationKind.CONFIRM, accounts);
        address last;
        for (uint256 i; i < accounts.length; ++i) {
            address account = accounts[i];
            if (account <= last) revert PledgeBook_NotRising(account);
            last = account;
            bool entitled =
                terms.root == 0
                    ? _stakes[id][account].amount != 0 && _stakes[id][account].amount >= terms.minStake
                    : MerkleProofLib.verifyCalldata(
                        proofs[i],
                        terms.root,
                        keccak256(bytes.concat(keccak256(abi.encode(account))))
                    );
            if (!given[i] || !entitled) revert PledgeBook_NotConfirmer(account);
        }
    }
}
