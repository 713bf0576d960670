#include <algorithm>

#include "storage/async/crash_point.hpp"
#include "storage/keys/file_vault.hpp"
#include "storage/keys/file_vault_state.hpp"

namespace storage::keys {

using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;

namespace {

Result<void> write_marker(VaultFolder& folder, const VaultMarker& marker) {
    auto written = folder.write_marker(write_vault_marker(marker));
    CALLVAULT_CRASH_POINT("vault.marker_written");
    return written;
}

}  // namespace

Result<void> FileVault::rotate_root(const RootSecret& next) {
    const auto change = state_->begin_change();
    if (!change) return change.error();
    auto marker = state_->marker();
    if (!marker) return marker.error();
    if (!marker->next && marker->root == next.id()) return {};
    if (marker->next && *marker->next != next.id()) {
        return fail(Code::kConflict,
                    "a rotation to the root secret " + *marker->next + " is under way: finish that first");
    }
    state_->add_root(next);
    marker->next = next.id();
    // The own folder's marker counts: it is the first to tell of the rotation and the last to forget it.
    for (VaultFolder& folder : state_->folders()) {
        if (const auto begun = write_marker(folder, *marker); !begun) return begun.error();
    }
    for (VaultFolder& folder : state_->folders()) {
        const auto ids = folder.list_keys();
        if (!ids) return ids.error();
        for (const KeyId id : *ids) {
            if (state_->destroyed_anywhere(id)) continue;
            const auto file = state_->open_file(folder, id);
            if (!file) return file.error();
            if (file->header.root_id == next.id()) continue;
            const auto replaced = folder.replace_key(id, write_key_file(file->header.info, next, file->seed));
            if (!replaced) return replaced.error();
            CALLVAULT_CRASH_POINT("vault.key_resealed");
        }
    }
    const VaultMarker rotated{marker->id, next.id(), std::nullopt};
    for (VaultFolder& copy : state_->copies()) {
        if (const auto ended = write_marker(copy, rotated); !ended) return ended.error();
    }
    if (const auto ended = write_marker(state_->own(), rotated); !ended) return ended.error();
    state_->keep_only_root(next.id());
    return {};
}

}  // namespace storage::keys
