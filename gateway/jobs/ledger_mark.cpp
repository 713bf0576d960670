#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/jobs/ledger_replay.hpp"
#include "gateway/jobs/ledger_rights.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Result;
using storage::audit::LedgerKind;
namespace audit = storage::audit;

namespace {

constexpr std::chrono::milliseconds kLookEvery{10'000};
/// No request lives that long (two steps of at most ten minutes): by then its act is committed, or never will be.
constexpr std::chrono::minutes kOldEnough{30};

/// An erasure is a row before it is announced. A day key is closed before, but the vault and the row come after: only
/// the row that says destroyed tells that both are done. Rights have a row, or were announced by a request that is
/// over.
awaitable<Result<bool>> stands(recordings::Services& services, audit::LedgerEvent event) {
    if (event.kind == LedgerKind::kRecordingsErased || event.kind == LedgerKind::kKeepKeyDestroyed) co_return true;
    if (event.kind != LedgerKind::kDayKeyDestroyed) {
        if (services.clock.now() - event.at >= kOldEnough) co_return true;
        co_return co_await right_stands(services, event);
    }
    const auto row = co_await services.catalogue.keys().day_key_of(*event.key, services.deadline());
    if (row.has_error() && row.error().code == policy::Code::kNotFound) co_return true;
    if (row.has_error()) co_return row.error();
    co_return row->state == storage::catalogue::KeyState::kDestroyed;
}

}  // namespace

Step move_ledger_mark(recordings::Services& services) {
    const auto mark = co_await services.catalogue.replaying().mark(services.deadline());
    if (mark.has_error()) co_return mark.error();
    std::vector<audit::LedgerRecord> records;
    auto place = co_await services.ledger.replay(
        {static_cast<std::uint64_t>(mark->next), mark->previous},
        [&records](const audit::LedgerRecord& record) {
            records.push_back(record);
            return Result<void>{};
        },
        services.deadline());
    if (place.has_error()) co_return place.error();
    for (const auto& record : records) {
        const auto passed = co_await stands(services, record.event);
        if (passed.has_error()) co_return passed.error();
        if (*passed) continue;
        place = audit::LedgerPlace{record.number, record.previous};
        break;
    }
    if (place->number > static_cast<std::uint64_t>(mark->next)) {
        const auto raised = co_await services.catalogue.replaying().raise(
            {static_cast<std::int64_t>(place->number), place->previous}, services.deadline());
        if (raised.has_error()) co_return raised.error();
    }
    co_return kLookEvery;
}

}  // namespace gateway::jobs
