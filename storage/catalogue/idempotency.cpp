#include "storage/catalogue/idempotency.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

KeyOutcome outcome_of(const Row& row) {
    if (const auto made = row.maybe_id<policy::RequestId>("made_id")) return RunIt{*made};
    // No row: one that came in between has it.
    if (row.is_null("same")) return StillRunning{};
    if (!row.flag("same")) return OtherRequest{};
    if (row.is_null("status")) return StillRunning{};
    return KeptAnswer{row.small("status"), row.text("location"), row.text("body")};
}

}  // namespace

Answer<KeyOutcome> Idempotency::begin(KeyedRequest request, std::chrono::milliseconds lease,
                                      std::chrono::milliseconds kept, Deadline deadline) {
    Parameters p;
    p.bytes(request.key)
        .bytes(request.request)
        .id(request.made_id)
        .id(request.token)
        .milliseconds(lease)
        .milliseconds(kept);
    return pool_.run("idempotency_begin", deadline, [p = std::move(p)](Session& session) {
        const Rows rows = session.write("idempotency_begin", p);
        return Result<KeyOutcome>(outcome_of(rows.first()));
    });
}

Answer<void> Idempotency::finish(Mac key, policy::RequestId token, const KeptAnswer& answer, Deadline deadline) {
    Parameters p;
    p.bytes(key).id(token).number(answer.status).text_or_null(answer.location).text(answer.body);
    return pool_.run("idempotency_finish", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        if (session.write("idempotency_finish", p).affected() == 0) return fail(Code::kConflict, "the lease was lost");
        return {};
    });
}

Answer<void> Idempotency::abandon(Mac key, policy::RequestId token, Deadline deadline) {
    Parameters p;
    p.bytes(key).id(token);
    return pool_.run("idempotency_abandon", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("idempotency_abandon", p);
        return {};
    });
}

Answer<void> Idempotency::yield(Mac key, policy::RequestId token, Deadline deadline) {
    Parameters p;
    p.bytes(key).id(token);
    return pool_.run("idempotency_yield", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("idempotency_yield", p);
        return {};
    });
}

Answer<std::int64_t> Idempotency::forget_expired(Deadline deadline) {
    return pool_.run("idempotency_forget", deadline, [](Session& session) {
        return Result<std::int64_t>(static_cast<std::int64_t>(session.write("idempotency_forget").affected()));
    });
}

}  // namespace storage::catalogue
