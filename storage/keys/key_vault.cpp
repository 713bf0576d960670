#include "storage/keys/key_vault.hpp"

namespace storage::keys {

std::string_view name_of(KeyPurpose purpose) {
    switch (purpose) {
        case KeyPurpose::kDay:
            return "day";
        case KeyPurpose::kKeep:
            return "keep";
        case KeyPurpose::kEpoch:
            return "epoch";
        case KeyPurpose::kDirectory:
            return "directory";
        case KeyPurpose::kCase:
            return "case";
        case KeyPurpose::kCheckpoint:
            return "checkpoint";
        case KeyPurpose::kLedger:
            return "ledger";
        case KeyPurpose::kReceipt:
            return "receipt";
        case KeyPurpose::kTombstone:
            return "tombstone";
        case KeyPurpose::kPseudonym:
            return "pseudonym";
        case KeyPurpose::kSession:
            return "session";
    }
    return "unknown";
}

std::string_view name_of(Use use) {
    switch (use) {
        case Use::kWrap:
            return "wrap";
        case Use::kField:
            return "field";
        case Use::kIndex:
            return "index";
    }
    return "unknown";
}

bool permits(KeyPurpose purpose, Use use) {
    switch (purpose) {
        case KeyPurpose::kDay:
        case KeyPurpose::kKeep:
            return true;
        case KeyPurpose::kEpoch:
        case KeyPurpose::kDirectory:
        case KeyPurpose::kCase:
            return use == Use::kField;
        case KeyPurpose::kTombstone:
        case KeyPurpose::kPseudonym:
        case KeyPurpose::kSession:
            return use == Use::kIndex;
        case KeyPurpose::kCheckpoint:
        case KeyPurpose::kLedger:
        case KeyPurpose::kReceipt:
            return false;
    }
    return false;
}

bool permits_signing(KeyPurpose purpose) {
    return purpose == KeyPurpose::kCheckpoint || purpose == KeyPurpose::kLedger || purpose == KeyPurpose::kReceipt;
}

}  // namespace storage::keys
