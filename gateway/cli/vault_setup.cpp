#include "gateway/cli/vault_setup.hpp"

#include "gateway/app/parts.hpp"
#include "gateway/cli/exit_code.hpp"
#include "storage/keys/file_vault.hpp"
#include "storage/keys/root_secret.hpp"
#include "storage/keys/vault_folder.hpp"

namespace gateway::cli {

using policy::Code;
using storage::keys::FileVault;
using storage::keys::RootSecret;
using storage::keys::VaultFolder;

namespace {

bool is_vault(const std::filesystem::path& folder) {
    const auto opened = VaultFolder::open(folder);
    if (opened.has_value()) return true;
    if (opened.error().code != Code::kNotFound) throw CommandError(opened.error());
    return false;
}

bool make_root_if_absent(const app::Settings::Vault& vault, bool vault_is_there) {
    const auto root = RootSecret::load(vault.root_secret_file);
    if (root.has_value()) return false;
    if (root.error().code != Code::kNotFound) throw CommandError(root.error());
    if (vault_is_there) {
        throw CommandError(Exit::kFailed,
                           "the vault " + vault.folder.string() + " is there, but its root secret " +
                               vault.root_secret_file.string() +
                               " is not: bring it back from where its copy is kept; a new one opens nothing");
    }
    value_or_end(RootSecret::create(vault.root_secret_file));
    return true;
}

/// An init that died between vault and copy left an empty vault without its copy.
std::vector<std::filesystem::path> add_missing_copies(const app::Settings::Vault& vault) {
    std::vector<std::filesystem::path> missing;
    for (const auto& copy : vault.copies) {
        if (!is_vault(copy)) missing.push_back(copy);
    }
    if (missing.empty()) return missing;
    const auto own = value_or_end(VaultFolder::open(vault.folder));
    if (!value_or_end(own.list_keys()).empty()) {
        throw CommandError(Exit::kFailed,
                           "the vault holds keys and its copy " + missing.front().string() +
                               " is not there: mount it, or make a new one with: callvault key add-copy " +
                               missing.front().string());
    }
    for (const auto& copy : missing) value_or_end(FileVault::add_copy(vault.folder, copy));
    return missing;
}

}  // namespace

VaultSetup set_up_vault(const app::Settings& settings) {
    VaultSetup done;
    if (settings.vault.kind != "file") {  // the token's own tool made it
        done.keys = value_or_end(value_or_end(app::open_vault(settings.vault))->list()).size();
        return done;
    }
    const bool vault_was_there = is_vault(settings.vault.folder);
    done.made_root = make_root_if_absent(settings.vault, vault_was_there);
    if (!vault_was_there) {
        value_or_end(FileVault::initialise(value_or_end(app::file_vault_settings(settings.vault))));
        done.made_vault = true;
        done.made_copies = settings.vault.copies;
    } else {
        done.made_copies = add_missing_copies(settings.vault);
    }
    const auto vault = value_or_end(app::open_vault(settings.vault));
    done.keys = value_or_end(vault->list()).size();
    return done;
}

}  // namespace gateway::cli
