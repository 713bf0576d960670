#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "policy/time.hpp"
#include "storage/catalogue/residency.hpp"

namespace gateway::recordings {

struct DeclaredVault {
    std::string kind;     ///< "file" or "pkcs11".
    std::string country;  ///< Empty: not told.
};

/// What the operator says about where things lie: the part of a statement that nothing here can observe.
struct ResidencyDeclaration {
    std::string controller;
    std::vector<std::string> stored_in;  ///< Countries of objects, catalogue, keys and all their copies.
    std::vector<std::string> allowed;    ///< The site's own shorter list; empty: the law's.
    std::vector<DeclaredVault> vaults;   ///< Two while keys move.
    std::string statement;  ///< Reference of what the store's operator wrote about its country; may be empty.
};

/// All that a month's statement is made of.
struct ResidencyMonth {
    std::chrono::year_month month{};
    policy::Instant made_at;
    std::vector<storage::catalogue::PlaceUse> places;
    std::vector<storage::catalogue::ResidencyCheck> checks;
};

/// The text of the statement, one fact a line, for people and for programs: what was observed apart from what was
/// declared (deploy/docs/operations.md, "Where recordings lie").
std::string residency_statement(const ResidencyDeclaration& declared, const ResidencyMonth& month);

}  // namespace gateway::recordings
