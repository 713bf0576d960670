// file_vault_act ACT FOLDER COPY ROOT-FILE NEXT-ROOT-FILE [KEY]
// ACT: create, destroy KEY, rotate. Opens the vault and does that one thing, to be killed on the way
// (CALLVAULT_CRASH_AT). Exit 0: done; 1: refused.
#include <cstdio>
#include <string_view>
#include <utility>

#include "storage/keys/file_vault.hpp"

namespace {

using namespace storage::keys;

policy::Result<void> act(FileVault& vault, std::string_view what, const RootSecret& next, const char* key) {
    if (what == "create") {
        const auto created = vault.create(KeyPurpose::kDay, "made by the crash test");
        if (!created) return created.error();
        return {};
    }
    if (what == "destroy" && key != nullptr) return vault.destroy(policy::KeyId::parse(key).value());
    if (what == "rotate") return vault.rotate_root(next);
    return policy::fail(policy::Code::kInvalid, "unknown act");
}

int fail(const policy::Error& error) {
    std::fprintf(stderr, "%s\n", error.what.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) return 2;
    auto root = RootSecret::load(argv[4]);
    if (!root) return fail(root.error());
    const auto next = RootSecret::load(argv[5]);
    if (!next) return fail(next.error());
    auto vault = FileVault::open({argv[2], {argv[3]}, std::move(*root), next->clone()});
    if (!vault) return fail(vault.error());
    const auto done = act(**vault, argv[1], *next, argc > 6 ? argv[6] : nullptr);
    return done ? 0 : fail(done.error());
}
