#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/time.hpp"

namespace policy {

/// The push metadata as values: what a sender claims about a recording, before anyone believes it.
///
/// The reader in gateway fills this from JSON. It checks shape only: a field that is unknown or mistyped becomes a
/// parse fault and stays empty here. Words (purposes, kinds, roles) stay as they were sent; admit() decides what they
/// mean. Strings are UTF-8. What is absent in the JSON, or null, is absent here.

/// Longest values, in characters (code points), and largest counts.
namespace claim_limits {
inline constexpr std::size_t kRef = 128;     ///< recording_ref, call_id, customer_id
inline constexpr std::size_t kNumber = 64;   ///< a raw number or SIP address
inline constexpr std::size_t kName = 200;    ///< names of people, teams, queues
inline constexpr std::size_t kId = 64;       ///< ids of agent, team, queue, assessment, class; versions; every word
inline constexpr std::size_t kPurposes = 8;  ///< entries in purposes
inline constexpr std::size_t kChannels = 8;  ///< entries in channels
inline constexpr std::size_t kMarks = 256;   ///< entries in marks
inline constexpr std::chrono::milliseconds kDuration = std::chrono::hours{24};
}  // namespace claim_limits

/// caller, callee. Personal: sealed after admission, never logged. The number is never a reason to refuse, its length
/// apart.
struct Party {
    std::optional<std::string> number;
    std::optional<std::string> name;
    std::optional<std::string> country;  ///< ISO 3166-1 alpha-2, upper case; picks the country profile
    std::optional<std::string> customer_id;
};

/// agent, team, queue. The id is a pseudonym; the name goes sealed into a directory.
struct Member {
    std::optional<std::string> id;
    std::optional<std::string> name;
    std::optional<std::string> country;  ///< agent only: where the agent sits, when it is not the team's country
};

struct Basis {
    std::optional<std::string> kind;          ///< consent, legitimate_interest
    std::optional<Instant> given_at;          ///< consent: when
    std::optional<std::string> how;           ///< consent: verbal, keypress, written
    std::optional<std::string> by;            ///< consent: who said yes
    std::optional<std::string> text_version;  ///< consent: which text they were asked
    std::optional<std::string> assessment;    ///< legitimate interest: id of the balancing test
};

struct Notice {
    std::optional<std::string> given;  ///< before_recording
    std::optional<std::string> how;
    std::optional<std::string> version;
    std::optional<bool> agent_informed;
};

struct Mark {
    std::optional<std::chrono::milliseconds> from;  ///< from_ms, counted from the start of the audio
    std::optional<std::chrono::milliseconds> to;    ///< to_ms; may equal from (a pause that left no gap)
    std::optional<std::string> kind;                ///< hold, pause, payment
};

struct Claim {
    std::optional<std::string> recording_ref;
    std::optional<std::string> call_id;
    std::optional<Instant> started_at;
    std::optional<std::chrono::milliseconds> duration;  ///< duration_ms
    std::optional<std::string> direction;
    std::optional<Party> caller;
    std::optional<Party> callee;
    std::optional<Member> agent;
    std::optional<Member> team;
    std::optional<Member> queue;
    std::optional<std::vector<std::string>> channels;  ///< role of channel 0, 1, ...
    std::optional<std::vector<std::string>> purposes;
    std::optional<Basis> basis;
    std::optional<Notice> notice;
    std::optional<std::string> retention_class;
    std::vector<Mark> marks;
};

}  // namespace policy
