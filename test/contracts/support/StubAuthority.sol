// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISigningRequests} from "../../../contracts/requests/ISigningRequests.sol";

/// @dev A vote may do everything; a guardian takes back requests, announcements and modules.
contract StubAuthority {
    address private immutable _vote;
    address private immutable _guardian;

    constructor(address vote_, address guardian_) {
        (_vote, _guardian) = (vote_, guardian_);
    }

    function canCall(address caller, address, bytes4 selector) external view returns (bool, uint32) {
        bool takesBack = selector == ISigningRequests.cancel.selector || selector == ISigningRequests.withdraw.selector
            || selector == ISigningRequests.withdrawModule.selector;
        return (caller == _vote || (takesBack && caller == _guardian), 0);
    }
}
