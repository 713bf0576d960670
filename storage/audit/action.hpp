#pragma once

#include <string_view>

namespace storage::audit {

/// What was done or tried. The name in the log is the enumerator without its k, in snake case with a dot after the noun
/// ("play.open"); names are for ever: a new meaning gets a new enumerator.
enum class Action {
    kServiceStart,  ///< With the configuration's digest.
    kServiceStop,
    kConfigLoad,  ///< A reload, with the configuration's digest.
    kSessionOpen,
    kSessionClose,
    kUnauthenticated,  ///< Counted by the minute, never one by one.
    kRecordingPush,
    kRecordingRepeat,  ///< A push of what is stored already, with the same or with other bytes.
    kRecordingView,    ///< Facts or receipt of one recording.
    kRecordingSearch,
    kPlayOpen,
    kPlayClose,   ///< With what was really served.
    kWithdrawal,  ///< Consent withdrawn, as reported by a sender.
    kRestrictionSet,
    kRestrictionLift,
    kHoldSet,
    kHoldRelease,
    kErasurePropose,
    kErasure,
    kProposalOpen,
    kProposalApprove,
    kProposalRefuse,
    kPurgeStart,
    kPurgeBatch,  ///< The batch entry that deletion certificates stand on: digest "batch_root", number "count".
    kPurgeEnd,
    kPurgeStop,  ///< The brake.
    kPurgeContinue,
    kKeyCreate,
    kKeyClose,
    kKeyDestroy,
    kEpochReseal,
    kCertificateRead,
    kAuditRead,
    kAuditRecover,
    kLedgerReplay,  ///< After a restore, with the number of things applied again.
    kClockJump,
    kAlarm,
    kHoldReview,    ///< Looked at again, with a new review date.
    kHoldRead,      ///< One hold, or the list of them.
    kProposalRead,  ///< One proposal, or the list of those that wait.
    kPurgeRead,     ///< Purge runs, or the preview of one.
    kKeyRead,       ///< Which keys there are: ids and states.
    kJobRead,
    kJobRevive,         ///< A dead job put back into the queue.
    kClockAccept,       ///< Two people accepted a clock that was set, by continuing the purge that it had stopped.
    kRecordingPrepare,  ///< A job read the audio, to make it playable and to measure it.
    kStoreMove,         ///< Objects move to another store: begun, or ended with their number.
    kResidencyCheck,    ///< Where everything lies was looked at, with the number of faults.
    kResidencyRead,     ///< The statement of a month.
    kListeningRead,     ///< Who listened to a call, or what somebody heard.
};

std::string_view name_of(Action action);

/// How it ended. A read or a try is permitted or denied; work is done or failed.
enum class Outcome { kPermit, kDeny, kDone, kFailed };

std::string_view name_of(Outcome outcome);

}  // namespace storage::audit
