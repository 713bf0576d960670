#include "storage/catalogue/connection_text.hpp"

#include <libpq-fe.h>

#include <memory>
#include <string_view>

namespace storage::catalogue {

using policy::Code;
using policy::fail;

namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

std::string_view value(const Options& options, std::string_view keyword) {
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (keyword == option->keyword && option->val != nullptr) return option->val;
    }
    return {};
}

bool is_here(std::string_view host) {
    return host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost" || host == "::1" ||
           host.starts_with("127.");
}

/// A list: one of them may be another machine.
bool all_here(std::string_view hosts) {
    while (true) {
        const auto comma = hosts.find(',');
        if (!is_here(hosts.substr(0, comma))) return false;
        if (comma == std::string_view::npos) return true;
        hosts.remove_prefix(comma + 1);
    }
}

bool several(const Options& options) {
    return value(options, "host").find(',') != std::string_view::npos ||
           value(options, "hostaddr").find(',') != std::string_view::npos;
}

/// Each new connection then looks for the one that takes writes.
bool ends_at_the_primary(const Options& options) {
    const auto wanted = value(options, "target_session_attrs");
    return wanted == "read-write" || wanted == "primary";
}

}  // namespace

bool names_several_hosts(const std::string& text) {
    const Options options(PQconninfoParse(text.c_str(), nullptr));
    return options && several(options);
}

policy::Result<void> check_connection_text(const std::string& text) {
    const Options options(PQconninfoParse(text.c_str(), nullptr));
    if (!options) return fail(Code::kInvalid, "does not read as a connection string of PostgreSQL");
    if (several(options) && !ends_at_the_primary(options))
        return fail(Code::kInvalid,
                    "names several hosts: add target_session_attrs=read-write, or it may end at a standby");
    if (all_here(value(options, "host")) && all_here(value(options, "hostaddr"))) return {};
    if (value(options, "sslmode") == "verify-full") return {};
    return fail(Code::kInvalid,
                "the database is on another machine: add sslmode=verify-full (and sslrootcert, the authority of its "
                "certificate)");
}

}  // namespace storage::catalogue
