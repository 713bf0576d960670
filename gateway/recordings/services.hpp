#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "gateway/auth/authenticator.hpp"
#include "gateway/observe/clock.hpp"
#include "gateway/observe/log.hpp"
#include "gateway/observe/metrics.hpp"
#include "gateway/recordings/day_mark.hpp"
#include "gateway/recordings/key_ring.hpp"
#include "gateway/recordings/refusal_count.hpp"
#include "gateway/recordings/residency_mark.hpp"
#include "gateway/recordings/rule_book.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/audit/deletion_ledger.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/keys/data_key_cache.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_store.hpp"

namespace gateway::recordings {

/// What the use cases stand on: one of each a process, made by the composition root, which owns them all and outlives
/// every request.
struct Services {
    const observe::Clock& clock;
    observe::Log& log;
    observe::Registry& metrics;
    auth::Authenticator& authenticator;
    storage::catalogue::Catalogue& catalogue;
    storage::objects::ObjectStore& objects;
    storage::objects::MemoryBudget& memory;  ///< For what uploads and plays buffer.
    storage::keys::KeyVault& vault;
    storage::async::BlockingPool& vault_pool;  ///< Every call of the vault runs here.
    storage::keys::DataKeyCache& data_keys;
    KeyRing& keys;
    const RuleBook& rules;
    DayMark& days;
    RefusalCount& refusals;
    ResidencyMark& residency;
    storage::audit::DeletionLedger& ledger;
    std::string gateway;                       ///< Random name of this process's life.
    std::chrono::milliseconds request_time{};  ///< How long a call of the database or store may take.
    std::chrono::milliseconds upload_lease{};  ///< L: the sweeper leaves younger objects alone (storage/README.md).
    std::uint64_t max_recording_bytes = 0;     ///< Of any recording; a sender's own bound may be lower.
    unsigned max_uploads = 0;                  ///< Recordings received at once; further ones are kOverloaded.
    unsigned max_plays_per_subject = 0;        ///< Running on one gateway; further ones are 429.

    /// The local day that decisions are made for.
    policy::Date today() const { return days.today(clock); }
    /// For one call of the database or store, from now on.
    storage::async::Deadline deadline() const { return std::chrono::steady_clock::now() + request_time; }
};

}  // namespace gateway::recordings
