#include <array>
#include <string>
#include <utility>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"
#include "storage/keys/file_vault.hpp"
#include "storage/keys/file_vault_state.hpp"

namespace storage::keys {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

std::string random_vault_id() {
    std::array<std::byte, 16> id{};
    crypto::fill_random(id);
    return crypto::to_hex(id);
}

Result<void> make_vault_folder(const std::filesystem::path& path, const VaultMarker& marker) {
    if (const auto made = VaultFolder::make(path); !made) return made.error();
    auto folder = VaultFolder::open(path);
    if (!folder) return folder.error();
    return folder->write_marker(write_vault_marker(marker));
}

Result<VaultMarker> open_marker(const VaultFolder& folder) {
    const auto bytes = folder.read_marker();
    if (!bytes) return bytes.error();
    return read_vault_marker(*bytes);
}

policy::Error no_vault(const std::filesystem::path& folder, const policy::Error& error) {
    if (error.code != Code::kNotFound) return error;
    return fail(Code::kNotFound, folder.string() +
                                     " holds no vault: is its disk mounted? (a first one is made with: "
                                     "callvault key init)");
}

/// Every root secret that the vault needs was given.
Result<void> check_roots(const VaultMarker& marker, const FileVaultSettings& settings) {
    const auto given = [&](const std::string& id) {
        return settings.root.id() == id || (settings.other_root && settings.other_root->id() == id);
    };
    if (!marker.next && !given(marker.root)) {
        return fail(Code::kInvalid, "the root secret does not open this vault: the vault is sealed under " +
                                        marker.root + ", given was " + settings.root.id());
    }
    if (marker.next && !(given(marker.root) && given(*marker.next))) {
        return fail(Code::kInvalid, "a rotation of the root secret from " + marker.root + " to " + *marker.next +
                                        " is under way: give both secrets and finish it (callvault key rotate-root)");
    }
    return {};
}

/// A copy's folder, of this vault.
Result<VaultFolder> open_copy(const std::filesystem::path& path, const VaultMarker& of) {
    auto copy = VaultFolder::open(path);
    if (!copy) return no_vault(path, copy.error());
    const auto marker = open_marker(*copy);
    if (!marker) return no_vault(path, marker.error());
    if (marker->id != of.id) {
        return fail(Code::kInvalid,
                    path.string() + " is a copy of another vault (" + marker->id + ", not " + of.id + ")");
    }
    return std::move(*copy);
}

}  // namespace

Result<void> FileVault::initialise(const FileVaultSettings& settings) {
    const VaultMarker marker{random_vault_id(), settings.root.id(), std::nullopt};
    if (const auto made = make_vault_folder(settings.folder, marker); !made) return made.error();
    for (const auto& copy : settings.copies) {
        if (const auto made = make_vault_folder(copy, marker); !made) return made.error();
    }
    return {};
}

Result<void> FileVault::add_copy(const std::filesystem::path& folder, const std::filesystem::path& copy) {
    const auto own = VaultFolder::open(folder);
    if (!own) return no_vault(folder, own.error());
    const auto marker = open_marker(*own);
    if (!marker) return no_vault(folder, marker.error());
    return make_vault_folder(copy, *marker);
}

Result<std::unique_ptr<FileVault>> FileVault::open(FileVaultSettings settings) {
    auto own = VaultFolder::open(settings.folder);
    if (!own) return no_vault(settings.folder, own.error());
    const auto marker = open_marker(*own);
    if (!marker) return no_vault(settings.folder, marker.error());
    if (const auto good = check_roots(*marker, settings); !good) return good.error();
    std::vector<VaultFolder> folders;
    folders.push_back(std::move(*own));
    for (const auto& path : settings.copies) {
        auto copy = open_copy(path, *marker);
        if (!copy) return copy.error();
        folders.push_back(std::move(*copy));
    }
    auto state = std::make_unique<State>(std::move(folders), std::vector<std::shared_ptr<const RootSecret>>());
    state->add_root(settings.root);
    if (settings.other_root) state->add_root(*settings.other_root);
    {
        const auto change = state->begin_change();
        if (!change) return change.error();
        if (const auto recovered = state->recover(); !recovered) return recovered.error();
    }
    return std::unique_ptr<FileVault>(new FileVault(std::move(state)));
}

}  // namespace storage::keys
