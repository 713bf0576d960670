#pragma once

#include <span>
#include <string_view>

namespace storage::catalogue {

/// A file of storage/catalogue/sql, embedded at build time. Its name without suffix is the statement's name and metric
/// label.
struct SqlFile {
    const char* name;
    const char* text;
};

std::span<const SqlFile> statements();  ///< sql/*.sql, by name
std::span<const SqlFile> migrations();  ///< sql/migrations/NNNN_*.sql, in order

/// The text of a statement; throws std::out_of_range for an unknown name (a typing error in the program).
const SqlFile& statement(std::string_view name);

}  // namespace storage::catalogue
