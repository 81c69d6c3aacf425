// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Advisories, AdvisoryList} from "./Advisories.sol";
import {IIntelTcb, TcbPolicy} from "./IIntelTcb.sol";
import {Rating, TcbStatuses} from "./Rating.sol";

/// @title What votes accept of Intel's platforms: UpToDate alone, unless one says more
abstract contract TcbRules is IIntelTcb, AccessManaged {
    using Advisories for AdvisoryList;

    struct Allowance {
        bool allowed;
        uint224 advisories;
    }

    AdvisoryList internal _advisories;
    TcbPolicy internal _policy;
    mapping(uint8 status => Allowance) private _allowances;

    constructor(TcbPolicy memory policy_) {
        _setPolicy(policy_);
    }

    /// @inheritdoc IIntelTcb
    function allowStatus(uint8 status, bytes32[] calldata advisories) external restricted {
        bool votable = status != TcbStatuses.UP_TO_DATE && status < TcbStatuses.REVOKED_STATUS;
        require(votable, IntelTcbStatusNotVotable(status));
        uint256 named = 0;
        for (uint256 i = 0; i < advisories.length; ++i) {
            uint256 bit = _advisories.add(advisories[i]);
            require(bit != 1 << Advisories.MOST, IntelTcbTooManyAdvisories(advisories[i]));
            named |= bit;
        }
        _allowances[status] = Allowance(true, uint224(named));
        emit StatusAllowed(status, named);
    }

    /// @inheritdoc IIntelTcb
    function disallowStatus(uint8 status) external restricted {
        delete _allowances[status];
        emit StatusDisallowed(status);
    }

    /// @inheritdoc IIntelTcb
    function setPolicy(TcbPolicy calldata policy_) external restricted {
        _setPolicy(policy_);
    }

    /// @inheritdoc IIntelTcb
    function policy() external view returns (TcbPolicy memory) {
        return _policy;
    }

    /// @inheritdoc IIntelTcb
    function allowance(uint8 status) external view returns (bool allowed, uint256 advisories) {
        return (_allowances[status].allowed, _allowances[status].advisories);
    }

    /// @inheritdoc IIntelTcb
    function advisoryAt(uint256 bit) external view returns (bytes32) {
        return bit < _advisories.names.length ? _advisories.names[bit] : bytes32(0);
    }

    function _isAllowed(Rating rating) internal view returns (bool) {
        uint8 status = TcbStatuses.statusOf(rating);
        if (status == TcbStatuses.UP_TO_DATE) return true;
        Allowance storage its = _allowances[status];
        return its.allowed && rating.advisoriesOf() & ~uint256(its.advisories) == 0;
    }

    function _setPolicy(TcbPolicy memory policy_) private {
        require(policy_.registration != 0, IntelTcbNoRegistration(policy_.registration));
        _policy = policy_;
        emit TcbPolicySet(policy_);
    }
}
