#include "storage/catalogue/sql.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace storage::catalogue {

const SqlFile& statement(std::string_view name) {
    const auto all = statements();
    const auto found = std::lower_bound(all.begin(), all.end(), name, [](const SqlFile& file, std::string_view wanted) {
        return std::string_view(file.name) < wanted;
    });
    if (found == all.end() || found->name != name) throw std::out_of_range("no statement " + std::string(name));
    return *found;
}

}  // namespace storage::catalogue
