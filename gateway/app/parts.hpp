#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "gateway/app/load_settings.hpp"
#include "gateway/observe/clock.hpp"
#include "gateway/observe/log.hpp"
#include "gateway/observe/metrics.hpp"
#include "gateway/recordings/key_ring.hpp"
#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/audit/checkpoint.hpp"
#include "storage/audit/deletion_ledger.hpp"
#include "storage/audit/log_reader.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/keys/file_vault.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/moving_store.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/s3_store.hpp"

namespace gateway::app {

/// The parts that the configuration names, opened: what the server and every command that needs no server stand on.
/// Members are destroyed in reverse order. Thread safety: as each part says.
struct Parts {
    LoadedSettings loaded;
    std::unique_ptr<const observe::Clock> clock;
    std::unique_ptr<observe::Log> log;
    std::unique_ptr<observe::Registry> metrics;
    std::unique_ptr<storage::async::BlockingPool> store_pool;
    std::unique_ptr<storage::async::BlockingPool> vault_pool;
    std::unique_ptr<storage::objects::MemoryBudget> memory;
    std::unique_ptr<storage::objects::ObjectStore> objects;
    std::unique_ptr<storage::keys::KeyVault> vault;
    std::unique_ptr<storage::catalogue::Catalogue> catalogue;
    std::unique_ptr<recordings::KeyRing> keys;

    const Settings& settings() const { return loaded.settings; }
    /// For one call of database, store or vault, from now on.
    storage::async::Deadline deadline() const {
        return std::chrono::steady_clock::now() + settings().limits.request_time;
    }
};

/// What the configuration says about a file vault, its root secrets read. kInvalid and kNotFound name the file and what
/// to do. Blocks.
policy::Result<storage::keys::FileVaultSettings> file_vault_settings(const Settings::Vault& vault);

/// Opens one vault that the configuration names, of either kind. Blocks.
policy::Result<std::unique_ptr<storage::keys::KeyVault>> open_vault(const Settings::Vault& vault);

/// The bucket of a store of kind "s3", not looked at yet. Blocks: reads the credentials.
policy::Result<std::unique_ptr<storage::objects::S3Store>> open_bucket(const Settings::Objects& said,
                                                                       const Settings::Limits& limits,
                                                                       storage::async::BlockingPool& pool,
                                                                       storage::objects::MemoryBudget& memory);

/// Opens the object store that the configuration names, of either kind; both of them while objects move. kInvalid: a
/// bucket that may not be used. kConflict: objects still lie in a store that is not named. Blocks, so never on a loop
/// thread.
policy::Result<std::unique_ptr<storage::objects::ObjectStore>> open_objects(const Settings& settings,
                                                                            storage::async::BlockingPool& pool,
                                                                            storage::objects::MemoryBudget& memory);

/// The two stores of [objects] and [objects.old], and a note in the first that objects still lie in the second, if some
/// do. kInvalid: there is no [objects.old]. Errors besides as open_objects(). Blocks.
policy::Result<std::unique_ptr<storage::objects::MovingStore>> open_moving_objects(
    const Settings& settings, storage::async::BlockingPool& pool, storage::objects::MemoryBudget& memory);

/// How to reach the database, under a name with a digest of [objects], [objects.old], [vault] and [vault.old], in this
/// order: programs with the same four have the same (catalogue::Status::others).
storage::catalogue::Settings catalogue_settings(const Settings& settings);

/// The same with nothing said of [objects.old] and [vault.old]: those that write to the same are like-minded.
std::string writer_name(const Settings& settings);

/// Opens the store and the vault; the database connects in the background. The error's `what` tells the operator which
/// part and what to do. Blocks.
policy::Result<std::unique_ptr<Parts>> open_parts(LoadedSettings loaded);

/// The audit log, the deletion ledger and the statements of residency, with the vault's keys that sign them. `parts`
/// must outlive it.
struct Evidence {
    Evidence(Parts& parts, storage::audit::NoteSigner for_log, storage::audit::NoteSigner for_ledger,
             storage::audit::NoteSigner for_residency);

    storage::audit::NoteSigner log_signer;
    storage::audit::NoteSigner ledger_signer;
    storage::audit::NoteSigner residency_signer;
    storage::audit::LogReader log;
    storage::audit::DeletionLedger ledger;
};

/// Needs a database of this program's schema. The keys are made at the first start.
boost::asio::awaitable<policy::Result<std::unique_ptr<Evidence>>> open_evidence(Parts& parts);

}  // namespace gateway::app
