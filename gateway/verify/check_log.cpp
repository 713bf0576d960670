#include "gateway/verify/check_log.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

#include "gateway/verify/bundle.hpp"
#include "gateway/verify/heads.hpp"
#include "gateway/verify/rows.hpp"

namespace gateway::verify {

namespace {

std::string entry_name(std::uint64_t index) {
    return "entry " + std::to_string(index);
}

std::string entries_name(std::uint64_t first, std::uint64_t count) {
    return count == 1 ? entry_name(first)
                      : "entries " + std::to_string(first) + " to " + std::to_string(first + count - 1);
}

std::optional<std::vector<Hash>> hashes_of(const std::optional<std::string>& bytes, unsigned width) {
    if (!bytes || bytes->size() != width * sizeof(Hash)) return std::nullopt;
    std::vector<Hash> hashes(width);
    std::memcpy(hashes.data(), bytes->data(), bytes->size());
    return hashes;
}

// One pass over the log.
class LogWalk {
  public:
    LogWalk(const LogSource& log, const LogQuestion& question, Report& report)
        : log_(log),
          question_(question),
          report_(report),
          rows_([this](const Tile& tile, const std::vector<Hash>& row) { compare_tile(tile, row); }) {}

    void run() {
        if (!choose_heads()) return;
        const std::uint64_t size = newest_->checkpoint.size;
        compare_heads_at(0);
        bool whole = true;
        for (std::uint64_t bundle = 0; whole && bundle * Tile::kWidth < size; ++bundle) whole = walk_bundle(bundle);
        if (whole) rows_.visit_partial();
        explain_mismatches();
        explain_roots(whole);
        tell_what_was_checked(size);
    }

  private:
    struct Mismatch {
        std::uint64_t index;
        Hash found;
    };
    static constexpr std::size_t kMaxMismatches = 1000;

    bool choose_heads() {
        heads_ = stored_heads(log_, question_.keys, report_);
        if (heads_.empty()) {
            if (report_.good()) {
                report_.found("checkpoint.missing", "the log",
                              "there is no checkpoint: nothing says how long the log is");
            }
            return false;
        }
        const Head* const seen = witnessed_head(heads_, question_.quorum, report_);
        if (seen == nullptr) return false;
        const std::uint64_t signed_size = heads_.back().checkpoint.size;
        newest_ = *seen;
        // What no quorum saw may be there for this reader alone: it proves nothing, and is not looked at.
        if (signed_size > newest_->checkpoint.size)
            report_.not_checked("the newest " + std::to_string(signed_size - newest_->checkpoint.size) +
                                " entries: no checkpoint with them is cosigned by as many witnesses as you ask for");
        std::erase_if(heads_, [&](const Head& head) { return head.checkpoint.size > newest_->checkpoint.size; });
        for (const std::filesystem::path& file : question_.since) {
            const std::optional<Head> saved = saved_head(file, question_.keys, report_);
            if (!saved) continue;
            if (saved->checkpoint.size > newest_->checkpoint.size && saved->checkpoint.size <= signed_size) {
                report_.not_checked(saved->label + ": it is newer than what the witnesses have cosigned");
                continue;
            }
            if (saved->checkpoint.size > newest_->checkpoint.size) {
                report_.found("log.shrank", saved->label,
                              "it was signed for " + std::to_string(saved->checkpoint.size) +
                                  " entries, and the newest checkpoint now has " +
                                  std::to_string(newest_->checkpoint.size) + ": a log never shrinks");
                continue;
            }
            heads_.push_back(*saved);
        }
        std::stable_sort(heads_.begin(), heads_.end(),
                         [](const Head& a, const Head& b) { return a.checkpoint.size < b.checkpoint.size; });
        report_.fact("origin", newest_->checkpoint.origin);
        report_.fact("size", std::to_string(newest_->checkpoint.size));
        report_.fact("root", to_base64(newest_->checkpoint.root));
        return true;
    }

    // False when the tree cannot be built further.
    bool walk_bundle(std::uint64_t bundle) {
        const std::uint64_t first = bundle * Tile::kWidth;
        const auto width =
            static_cast<unsigned>(std::min<std::uint64_t>(Tile::kWidth, newest_->checkpoint.size - first));
        const Tile tile{0, bundle, width};
        const std::optional<std::string> tile_bytes = log_.read(tile);
        const std::optional<std::vector<Hash>> stored = hashes_of(tile_bytes, width);
        if (!stored) tell_bad_tile(tile, tile_bytes.has_value());
        std::vector<Hash> leaves = leaves_of(bundle, width);
        if (stored) {
            compare_leaves(first, *stored, leaves);
            leaves = *stored;  // What the tiles above were made of: so that the root tells which of the two is true.
        }
        if (leaves.size() < width) {
            report_.not_checked("the tree from entry " + std::to_string(first + leaves.size()) +
                                " on: its entries and hashes are missing");
            return false;
        }
        for (const Hash& leaf : leaves) {
            rows_.append(leaf);
            if (next_head_ < heads_.size() && heads_[next_head_].checkpoint.size == rows_.size()) {
                compare_heads_at(rows_.size());
            }
        }
        return true;
    }

    // The leaf hashes of the entries that are there, at most `width`.
    std::vector<Hash> leaves_of(std::uint64_t bundle, unsigned width) {
        const std::uint64_t first = bundle * Tile::kWidth;
        const Tile tile{Tile::kEntries, bundle, width};
        const std::optional<std::string> bytes = log_.read(tile);
        std::vector<Hash> leaves;
        if (!bytes) {
            report_.found("log.cut", entries_name(first, width),
                          "the signed checkpoint counts them, and " + path_of(tile) + " is missing");
            return leaves;
        }
        const std::optional<std::vector<std::string_view>> entries = parse_bundle(*bytes);
        if (!entries) {
            report_.found("log.bundle_malformed", entries_name(first, width),
                          "the lengths in " + path_of(tile) + " do not add up");
            return leaves;
        }
        for (const std::string_view entry : *entries) {
            if (leaves.size() == width) break;  // A full bundle in place of a partial one.
            look_at(entry, first + leaves.size());
            leaves.push_back(leaf_hash(entry));
        }
        if (leaves.size() < width) {
            report_.found("log.cut", entries_name(first + leaves.size(), width - leaves.size()),
                          "the signed checkpoint counts them, and " + path_of(tile) + " ends before them");
        }
        entries_ += leaves.size();
        return leaves;
    }

    void look_at(std::string_view entry, std::uint64_t index) {
        const std::string_view moment = moment_of(entry);
        if (moment.empty()) {
            if (!not_canonical_) not_canonical_ = index;
            return;
        }
        if (oldest_.empty() || moment < oldest_) oldest_ = moment;
        if (latest_ < moment) latest_ = moment;
        if (moment > question_.latest) {
            report_.found("log.future_dated", entry_name(index),
                          "it says it happened at " + std::string(moment) + ", which is still to come");
        }
    }

    void compare_leaves(std::uint64_t first, const std::vector<Hash>& stored, const std::vector<Hash>& leaves) {
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            if (leaves[i] == stored[i]) continue;
            if (mismatches_.size() < kMaxMismatches) mismatches_.push_back({first + i, leaves[i]});
            ++mismatch_count_;
        }
    }

    void tell_bad_tile(const Tile& tile, bool there) {
        const std::string path = path_of(tile);
        if (there) {
            report_.found("log.tile_differs", path, "it has the wrong length");
        } else {
            report_.found("log.tile_missing", path, "the signed checkpoint needs it");
        }
    }

    void compare_tile(const Tile& tile, const std::vector<Hash>& row) {
        if (tile.level == 0) return;  // Compared with the entries already.
        const std::optional<std::string> bytes = log_.read(tile);
        const std::optional<std::vector<Hash>> stored = hashes_of(bytes, tile.width);
        if (!stored) return tell_bad_tile(tile, bytes.has_value());
        if (*stored != row) {
            report_.found("log.tile_differs", path_of(tile), "its hashes are not those of the tiles below it");
        }
    }

    void compare_heads_at(std::uint64_t size) {
        if (next_head_ == heads_.size() || heads_[next_head_].checkpoint.size != size) return;
        const Hash root = rows_.root();
        for (; next_head_ < heads_.size() && heads_[next_head_].checkpoint.size == size; ++next_head_) {
            if (heads_[next_head_].checkpoint.root == root) {
                last_good_ = size;
                ++good_heads_;
            } else {
                bad_heads_.push_back(heads_[next_head_]);
            }
        }
    }

    // A hash that turns up at another place was moved; one that is nowhere was changed. Only then a second pass.
    void explain_mismatches() {
        if (mismatches_.empty()) return;
        const std::map<Hash, std::uint64_t> places = places_of_mismatches();
        for (const Mismatch& mismatch : mismatches_) {
            const auto place = places.find(mismatch.found);
            if (place != places.end()) {
                report_.found("log.reordered", entry_name(mismatch.index),
                              "here stands the entry that belongs at " + std::to_string(place->second));
            } else {
                report_.found("log.edited", entry_name(mismatch.index),
                              "its bytes are not those whose hash the log's tiles hold");
            }
        }
        if (mismatch_count_ > mismatches_.size()) {
            report_.found("log.edited", "further entries",
                          std::to_string(mismatch_count_ - mismatches_.size()) + " more do not fit their hashes");
        }
    }

    std::map<Hash, std::uint64_t> places_of_mismatches() const {
        std::map<Hash, std::uint64_t> places;
        std::vector<Hash> wanted;
        for (const Mismatch& mismatch : mismatches_) wanted.push_back(mismatch.found);
        std::sort(wanted.begin(), wanted.end());
        for (std::uint64_t first = 0; first < newest_->checkpoint.size; first += Tile::kWidth) {
            const auto width =
                static_cast<unsigned>(std::min<std::uint64_t>(Tile::kWidth, newest_->checkpoint.size - first));
            const auto stored = hashes_of(log_.read(Tile{0, first / Tile::kWidth, width}), width);
            if (!stored) continue;
            for (std::size_t i = 0; i < stored->size(); ++i) {
                if (std::binary_search(wanted.begin(), wanted.end(), (*stored)[i]))
                    places.emplace((*stored)[i], first + i);
            }
        }
        return places;
    }

    void explain_roots(bool whole) {
        const bool newest_good = whole && last_good_ == newest_->checkpoint.size;
        for (const Head& head : bad_heads_) {
            if (newest_good || head.label.starts_with("saved")) {
                report_.found(
                    "log.forked", head.label,
                    "it is signed, and the log as it lies here never had this root at " +
                        std::to_string(head.checkpoint.size) +
                        " entries: two histories were signed. That is proof of fraud or of a grave fault; keep both");
            } else {
                report_.found("log.rewritten", head.label,
                              "the entries do not lead to its signed root; up to " + std::to_string(last_good_) +
                                  " entries everything holds");
            }
        }
    }

    void tell_what_was_checked(std::uint64_t size) {
        if (not_canonical_) {
            report_.found("log.not_canonical", entry_name(*not_canonical_),
                          "it does not start as an entry of this log does (and perhaps others); its time is unknown");
        }
        if (!oldest_.empty()) report_.fact("oldest entry", oldest_);
        if (!latest_.empty()) report_.fact("newest entry", latest_);
        report_.checked("the bytes of " + std::to_string(entries_) + " of " + std::to_string(size) +
                        " entries against the hashes in the tiles");
        report_.checked("the tiles of all levels against each other");
        report_.checked(std::to_string(good_heads_) + " of " + std::to_string(heads_.size()) +
                        " signed checkpoints against the tree of their size");
        if (question_.since.empty()) {
            report_.not_checked("whether others were shown another log: give a checkpoint saved earlier (--since)");
        }
        report_.not_checked("acts of the last second or so, which no checkpoint covers yet");
        report_.not_checked("whether what the entries say is true: this proves that nothing was changed afterwards");
    }

    const LogSource& log_;
    const LogQuestion& question_;
    Report& report_;
    Rows rows_;
    std::vector<Head> heads_;  // Rising by size.
    std::optional<Head> newest_;
    std::size_t next_head_ = 0;
    std::size_t good_heads_ = 0;
    std::uint64_t last_good_ = 0;
    std::vector<Head> bad_heads_;
    std::vector<Mismatch> mismatches_;
    std::uint64_t mismatch_count_ = 0;
    std::uint64_t entries_ = 0;
    std::optional<std::uint64_t> not_canonical_;
    std::string oldest_;
    std::string latest_;
};

}  // namespace

void check_log(const LogSource& log, const LogQuestion& question, Report& report) {
    LogWalk(log, question, report).run();
}

}  // namespace gateway::verify
