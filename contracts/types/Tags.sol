// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev Domain tags of docs/formats.md, one per kind of preimage.
bytes32 constant ENCLAVE_TAG = keccak256("quorate/enclave/1");
bytes32 constant REPORT_TAG = keccak256("quorate/report-data/1");
bytes32 constant MEASUREMENT_TAG = keccak256("quorate/measurement/1");
bytes32 constant KEY_TAG = keccak256("quorate/key/1");
bytes32 constant COMMITTEE_TAG = keccak256("quorate/committee/1");
bytes32 constant BIRTH_TAG = keccak256("quorate/birth-domain/1");
bytes32 constant TWEAK_TAG = keccak256("quorate/derivation-tweak/1");
bytes32 constant EFFECT_TAG = keccak256("quorate/effect/1");
bytes32 constant INTENT_TAG = keccak256("quorate/intent/1");
bytes32 constant REQUEST_TAG = keccak256("quorate/request/1");
bytes32 constant MANDATE_TAG = keccak256("quorate/mandate/1");
bytes32 constant ACTIVATION_TAG = keccak256("quorate/activation/1");
