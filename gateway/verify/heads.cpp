#include "gateway/verify/heads.hpp"

#include <algorithm>

namespace gateway::verify {

namespace {

constexpr std::size_t kMaxCheckpoint = 64U << 10U;

void tell(Signing signing, const std::string& label, const std::string& signers, Report& report) {
    if (signing == Signing::kMalformed) {
        report.found("checkpoint.malformed", label, "this is not a signed note (c2sp.org/signed-note)");
    } else if (signing == Signing::kUnknownKey) {
        report.found("checkpoint.resigned", label,
                     "it is signed, but not by a key that you gave: " + signers +
                         ". Either the key is not the log's, or someone signed the log anew");
    } else {
        report.found(
            "checkpoint.bad_signature", label,
            "the signature of " + signers + " does not verify: the checkpoint was changed after it was signed");
    }
}

}  // namespace

std::optional<Head> open_head(const std::string& label, const std::string& bytes, std::span<const Key> keys,
                              Report& report) {
    const Note note = open_note(bytes, keys);
    if (note.signing != Signing::kGood) {
        tell(note.signing, label, note.signers, report);
        return std::nullopt;
    }
    const std::optional<Checkpoint> checkpoint = parse_checkpoint(note.text);
    if (!checkpoint) {
        report.found("checkpoint.malformed", label, "its text is not origin, size and root");
        return std::nullopt;
    }
    const bool known =
        std::any_of(keys.begin(), keys.end(), [&](const Key& k) { return k.name == checkpoint->origin; });
    if (!known) {
        report.found("checkpoint.wrong_origin", label, "it is of another log: " + checkpoint->origin);
        return std::nullopt;
    }
    return Head{label, *checkpoint};
}

std::vector<Head> stored_heads(const LogFolder& folder, std::span<const Key> keys, Report& report) {
    std::vector<Head> heads;
    for (const LogFolder::StoredCheckpoint& stored : folder.checkpoints()) {
        const std::optional<std::string> bytes = read_file(stored.path, kMaxCheckpoint);
        if (!bytes) continue;  // Cleaned away while we read.
        std::optional<Head> head = open_head(stored.name, *bytes, keys, report);
        if (!head) continue;
        if (stored.size && *stored.size != head->checkpoint.size) {
            report.found("checkpoint.misnamed", stored.name,
                         "it says size " + std::to_string(head->checkpoint.size) + ", not what its name says");
            continue;
        }
        heads.push_back(std::move(*head));
    }
    std::sort(heads.begin(), heads.end(),
              [](const Head& a, const Head& b) { return a.checkpoint.size < b.checkpoint.size; });
    return heads;
}

std::optional<Head> saved_head(const std::filesystem::path& file, std::span<const Key> keys, Report& report) {
    const std::optional<std::string> bytes = read_file(file, kMaxCheckpoint);
    if (!bytes) throw Unreadable(file.string() + " cannot be read: there is no such file");
    return open_head("saved checkpoint " + file.filename().string(), *bytes, keys, report);
}

}  // namespace gateway::verify
