#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/claim.hpp"
#include "policy/deployment.hpp"
#include "policy/fault.hpp"
#include "policy/sender.hpp"
#include "policy/terms.hpp"
#include "policy/time.hpp"

namespace policy {

/// The moment of a push. Local dates are computed by the caller, in the deployment's zone.
struct When {
    Instant now{};       ///< received
    Date today{};        ///< local day of now
    Date recorded_on{};  ///< local day of claim.started_at; today when that is missing
};

/// Rule 11: how far ahead of our clock a call may start.
inline constexpr std::chrono::seconds kClockSkew{60};

/// The reason code of Admission::quarantine.
inline constexpr std::string_view kPaymentWithoutPause = "payment-without-pause";

struct AdmittedMark {
    std::chrono::milliseconds from{};
    std::chrono::milliseconds to{};
    MarkKind kind = MarkKind::kHold;
};

/// What was admitted, in terms; everything else of the claim stands as it was sent and is within its bounds.
struct Admission {
    Date purge_date{};                           ///< ordinary purge date; today or later
    std::string rule_id;                         ///< of PurgeDate
    std::string rule;                            ///< of PurgeDate: goes into the receipt
    std::string profile;                         ///< "NL", "BE+DE"
    std::optional<std::string> retention_class;  ///< as named
    std::optional<Date> keep_until;              ///< statutory class: the first day on which it no longer keeps
    std::optional<std::string> override_id;      ///< the legal override without which it would have been refused
    std::vector<Purpose> purposes;               ///< in order, without repeats
    BasisKind basis = BasisKind::kConsent;
    std::optional<Direction> direction;
    std::vector<ChannelRole> channels;
    std::vector<AdmittedMark> marks;
    /// Rules 19, 21: stored, but not playable, searchable or exportable. The reason code ("payment-without-pause").
    std::optional<std::string> quarantine;
};

using AdmitResult = std::variant<Admission, std::vector<Fault>>;

/// Decides whether a recording may be stored (rules 1-6, 10-12, 15, 16, 19, 50). Pure; call it before the body is read.
///
/// All faults at once, the parse faults first. Where a parse fault stands at a field, this adds none about the same
/// field; a parse fault at "" (nothing could be read) stands alone. `parse_faults` that are not empty always refuse.
AdmitResult admit(const Claim& claim, std::vector<Fault> parse_faults, const SenderAllowance& sender,
                  const Deployment& deployment, const When& when);

/// What the audio turned out to be.
struct AudioFacts {
    unsigned channels = 1;
    std::optional<std::chrono::milliseconds> duration;  ///< absent while the header does not tell
};

/// How far a declared duration may be from the measured: 2 s, or 2 % of the measured if that is more (platforms round
/// to whole seconds and count ringing).
inline constexpr std::chrono::milliseconds kDurationTolerance{2000};

/// The claim against the audio: roles of two or more channels, duration, marks within it. For an admitted claim; call
/// it once the header is read, and again when the duration is known.
std::vector<Fault> check_audio(const Claim& claim, const AudioFacts& audio);

}  // namespace policy
