#include "policy/fault_list.hpp"

#include "policy/caller_text.hpp"

namespace policy {

namespace {

/// True when `pointer` is `ancestor` or lies within it.
bool within(const std::string& pointer, const std::string& ancestor) {
    return pointer.starts_with(ancestor) &&
           (pointer.size() == ancestor.size() || ancestor.empty() || pointer[ancestor.size()] == '/');
}

bool says_missing(FaultCode code) {
    return code == FaultCode::kFieldMissing || code == FaultCode::kPurposeMissing || code == FaultCode::kBasisMissing ||
           code == FaultCode::kNoticeMissing;
}

}  // namespace

void FaultList::add(FaultCode code, std::string pointer, std::string sentence) {
    if (read_badly(code, pointer)) return;
    faults_.push_back({code, std::move(pointer), std::move(sentence)});
}

void FaultList::check_text(const std::optional<std::string>& value, std::size_t longest, const std::string& pointer) {
    if (!value) return;
    if (const auto flaw = flaw_of(*value, longest)) add(flaw->code, pointer, flaw->sentence);
}

void FaultList::require_text(const std::optional<std::string>& value, std::size_t longest, const std::string& pointer,
                             const std::string& sentence, FaultCode missing) {
    if (!value || value->empty()) {
        add(missing, pointer, sentence);
    } else {
        check_text(value, longest, pointer);
    }
}

bool FaultList::read_badly(FaultCode code, const std::string& pointer) const {
    for (std::size_t i = 0; i < parse_faults_; ++i) {
        const std::string& bad = faults_[i].pointer;
        // A list whose only entry was mistyped looks empty: that it is "missing" would be a second fault about one
        // mistake.
        if (within(pointer, bad) || (says_missing(code) && within(bad, pointer))) return true;
    }
    return false;
}

}  // namespace policy
