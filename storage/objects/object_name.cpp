#include "storage/objects/object_name.hpp"

#include <cstdio>

namespace storage::objects {

namespace {

bool may_stand_in_segment(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

bool is_segment(std::string_view segment) {
    if (segment.empty() || segment.size() > ObjectName::kMaxSegmentSizeInBytes || segment.front() == '.') return false;
    for (const char c : segment) {
        if (!may_stand_in_segment(c)) return false;
    }
    return true;
}

/// 20 digits hold any 64-bit number, and sort as numbers do.
std::string twenty_digits(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
}

/// The last three, with leading zeros.
std::string three_digits(std::uint64_t number) {
    return std::to_string(1000 + number % 1000).substr(1);
}

/// 1234067 -> "x001/x234/067".
std::string tile_index(std::uint64_t index) {
    std::string text = three_digits(index);
    while ((index /= 1000) > 0) text.insert(0, "x" + three_digits(index) + "/");
    return text;
}

std::string tile_path(const std::string& level, std::uint64_t index, unsigned width) {
    std::string path = "log/tile/" + level + "/" + tile_index(index);
    if (width < 256) path += ".p/" + std::to_string(width);
    return path;
}

/// Two digits of a random id make 256 folders of even size.
std::string spread(const std::string& id) {
    return id.substr(0, 2) + "/" + id;
}

}  // namespace

ObjectName trusted_name(std::string text) {
    return ObjectName(std::move(text));
}

policy::Result<ObjectName> ObjectName::parse(std::string_view text) {
    const auto refuse = [] { return policy::fail(policy::Code::kInvalid, "not an object name"); };
    if (text.size() > kMaxSizeInBytes) return refuse();
    for (std::string_view rest = text;;) {
        const std::size_t slash = rest.find('/');
        if (!is_segment(rest.substr(0, slash))) return refuse();
        if (slash == std::string_view::npos) return ObjectName(std::string(text));
        rest.remove_prefix(slash + 1);
    }
}

bool is_possible_prefix(const std::string& text) {
    // With a letter after it, a prefix is a name; without, it may end in "/".
    return text.empty() || ObjectName::parse(text + "a").has_value();
}

ObjectName recording_object(policy::Date purge_date, const policy::RecordingId& recording,
                            const policy::AttemptId& attempt) {
    static constexpr std::size_t kHalf = 16;
    const std::string id = recording.text().substr(0, kHalf) + attempt.text().substr(0, kHalf);
    return trusted_name(recordings_of(purge_date) + spread(id));
}

std::string recordings_of(policy::Date purge_date) {
    return "recordings/" + policy::text(purge_date) + "/";
}

ObjectName log_tile(unsigned level, std::uint64_t index, unsigned width) {
    return trusted_name(tile_path(std::to_string(level), index, width));
}

ObjectName log_entries(std::uint64_t index, unsigned width) {
    return trusted_name(tile_path("entries", index, width));
}

ObjectName log_checkpoint(std::uint64_t size) {
    return trusted_name("log/checkpoint/" + twenty_digits(size));
}

ObjectName log_witnessed(std::uint64_t size) {
    return trusted_name("log/witnessed/" + twenty_digits(size));
}

ObjectName ledger_record(std::uint64_t number) {
    return trusted_name("ledger/" + twenty_digits(number));
}

ObjectName deletion_certificate(const policy::RecordingId& id) {
    return trusted_name("certificates/" + spread(id.text()));
}

ObjectName probe_object(const std::string& id) {
    return trusted_name(kProbes + id);
}

ObjectName move_source() {
    return trusted_name("moving/from");
}

ObjectName move_page(const policy::AttemptId& id) {
    return trusted_name("moving/pages/" + id.text());
}

bool is_of_recording(const ObjectName& name) {
    return name.text().starts_with("recordings/");
}

bool is_of_move(const ObjectName& name) {
    return name.text().starts_with("moving/");
}

}  // namespace storage::objects
