#include "gateway/verify/heads.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <limits>

#include "gateway/verify/log_folder.hpp"

namespace gateway::verify {

namespace {

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

std::string moment_of(std::uint64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    if (::gmtime_r(&time, &parts) == nullptr) return "no time that there is";
    char text[64]{};
    static_cast<void>(std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
    return text;
}

}  // namespace

std::optional<Head> open_head(const std::string& label, const std::string& bytes, std::span<const Key> keys,
                              Report& report) {
    // Whose log it says it is comes first: the key of another one, and be it given too, must not speak for this one.
    const std::optional<Checkpoint> checkpoint = parse_checkpoint(open_note(bytes, {}).text);
    if (!checkpoint) {
        report.found("checkpoint.malformed", label,
                     "this is not a signed note (c2sp.org/signed-note) with origin, size and root");
        return std::nullopt;
    }
    std::vector<Key> own;
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(own),
                 [&](const Key& key) { return key.witness || key.name == checkpoint->origin; });
    if (std::all_of(own.begin(), own.end(), [](const Key& key) { return key.witness; })) {
        report.found("checkpoint.wrong_origin", label, "it is of another log: " + checkpoint->origin);
        return std::nullopt;
    }
    const Note note = open_note(bytes, own);
    if (note.signing != Signing::kGood) {
        tell(note.signing, label, note.signers, report);
        return std::nullopt;
    }
    return Head{label, *checkpoint, note.witnesses};
}

std::vector<Head> stored_heads(const LogSource& log, std::span<const Key> keys, Report& report) {
    std::vector<Head> heads;
    for (const StoredCheckpoint& stored : log.checkpoints()) {
        const std::optional<std::string> bytes = log.checkpoint(stored);
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

const Head* witnessed_head(std::span<const Head> heads, unsigned quorum, Report& report) {
    if (heads.empty()) return nullptr;
    if (quorum == 0) return &heads.back();
    const auto seen =
        std::find_if(heads.rbegin(), heads.rend(), [&](const Head& head) { return head.witnesses.size() >= quorum; });
    if (seen == heads.rend()) {
        std::size_t most = 0;
        for (const Head& head : heads) most = std::max(most, head.witnesses.size());
        report.found("checkpoint.no_quorum", "the checkpoints",
                     "none is cosigned by " + std::to_string(quorum) +
                         " of the witnesses whose keys you gave; the most is " + std::to_string(most) +
                         ". Whoever signs for nobody else can show each asker another log");
        return nullptr;
    }
    std::string names;
    std::uint64_t oldest = std::numeric_limits<std::int64_t>::max();
    for (const auto& [name, seconds] : seen->witnesses) {
        names += (names.empty() ? "" : ", ") + name;
        oldest = std::min(oldest, seconds);
    }
    const auto size = std::to_string(seen->checkpoint.size);
    report.fact("witnessed size", size);
    report.fact("witnessed at", moment_of(oldest));
    report.checked(std::to_string(seen->witnesses.size()) + " witnesses have seen this log up to size " + size +
                   ", the first of them at " + moment_of(oldest) + ": " + names);
    return &*seen;
}

std::optional<Head> saved_head(const std::filesystem::path& file, std::span<const Key> keys, Report& report) {
    const std::optional<std::string> bytes = read_file(file, kMaxCheckpoint);
    if (!bytes) throw Unreadable(file.string() + " cannot be read: there is no such file");
    return open_head("saved checkpoint " + file.filename().string(), *bytes, keys, report);
}

}  // namespace gateway::verify
