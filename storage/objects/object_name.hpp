#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"

namespace storage::objects {

/// The name of one stored object: a relative path that every store can hold and none can be led astray by.
///
///     name    = segment *( "/" segment )            at most 512 bytes
///     segment = 1*200( A-Z a-z 0-9 "." "_" "-" )    not starting with "."
///
/// So no name escapes its store ("..", "/", NUL), none is hidden, none needs escaping in a URL or a shell, and what
/// starts with "." inside a file store is the store's own. Order is the byte order of the text, as S3 lists.
class ObjectName {
  public:
    static constexpr std::size_t kMaxSizeInBytes = 512;
    static constexpr std::size_t kMaxSegmentSizeInBytes = 200;

    /// kInvalid for anything but the grammar above.
    static policy::Result<ObjectName> parse(std::string_view text);

    const std::string& text() const noexcept { return text_; }
    friend auto operator<=>(const ObjectName&, const ObjectName&) = default;

  private:
    explicit ObjectName(std::string text) : text_(std::move(text)) {}
    friend ObjectName trusted_name(std::string text);
    std::string text_;
};

/// Whether some name begins with `text`: what a listing may be asked for.
bool is_possible_prefix(const std::string& text);

// Every name that callvault stores under is built here, and nowhere else.

/// "recordings/2026-11-24/3f/3f0c...": a sealed part of a recording. By its purge date, so that a day is purged folder
/// by folder (at most 256 of them); first half of the recording's id, so that what is purged together lies together in
/// a list; then of the attempt's, which is random and never used twice, so no object is ever overwritten.
ObjectName recording_object(policy::Date purge_date, const policy::RecordingId& recording,
                            const policy::AttemptId& attempt);

/// "recordings/2026-11-24/": the prefix under which everything due on that day lies.
std::string recordings_of(policy::Date purge_date);

/// "log/tile/0/x001/067" and, when `width` (1..255) entries are not yet a full tile of 256, "log/tile/0/x001/067.p/12".
/// c2sp.org/tlog-tiles; `level` 0..63.
ObjectName log_tile(unsigned level, std::uint64_t index, unsigned width = 256);

/// "log/tile/entries/x001/067[.p/12]": the entry bundle beside a level-0 tile.
ObjectName log_entries(std::uint64_t index, unsigned width = 256);

/// "log/checkpoint/00000000000000001234": the signed checkpoint of a log of that size. Padded, so that the last in
/// order is the largest.
ObjectName log_checkpoint(std::uint64_t size);

/// "log/witnessed/<size>": the same with the lines of witnesses (c2sp.org/tlog-cosignature).
ObjectName log_witnessed(std::uint64_t size);

/// "ledger/00000000000000000042": record of the deletion ledger, numbered from 0.
ObjectName ledger_record(std::uint64_t number);

/// "certificates/3f/3f0c...": the deletion certificate of a recording; the id is random and names nobody.
ObjectName deletion_certificate(const policy::RecordingId& id);

/// "probes/3f0c...": what is stored and removed to see what a bucket does, under a random id. No listing of anything
/// else shows it.
ObjectName probe_object(const std::string& id);
inline constexpr const char* kProbes = "probes/";

/// "moving/from": the other store that objects may still lie in, as text; there while a move is not finished.
ObjectName move_source();

/// "moving/pages/3f0c...": names that a move is copying right now; the id is random and never used twice.
ObjectName move_page(const policy::AttemptId& id);

/// Whether the object is a sealed part of a recording, which some row owns.
bool is_of_recording(const ObjectName& name);

/// Whether the object is a note of a move about itself.
bool is_of_move(const ObjectName& name);

}  // namespace storage::objects
