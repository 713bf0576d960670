#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "storage/catalogue/audit_log.hpp"
#include "storage/catalogue/directory.hpp"
#include "storage/catalogue/idempotency.hpp"
#include "storage/catalogue/jobs.hpp"
#include "storage/catalogue/keys.hpp"
#include "storage/catalogue/plays.hpp"
#include "storage/catalogue/purge.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/catalogue/replaying.hpp"
#include "storage/catalogue/residency.hpp"
#include "storage/catalogue/rights.hpp"
#include "storage/catalogue/search.hpp"
#include "storage/catalogue/sessions.hpp"
#include "storage/catalogue/status.hpp"

namespace storage::catalogue {

struct Settings {
    /// libpq connection string or URI; holds the secret if there is one, and is never logged.
    std::string connection;
    /// What this process calls itself in the server's list of sessions; letters, digits and blanks, at most 63.
    std::string name = "callvault";
    std::size_t connections = 8;     ///< 1..64; 8 saturate a core (measured).
    std::size_t queue_limit = 1024;  ///< Calls that wait or run; past it kOverloaded.
    /// How much longer than its deadline a call may take before its connection is cut off from this side.
    std::chrono::milliseconds grace{500};
    /// How long one attempt to connect may take (whole seconds, at least 2).
    std::chrono::seconds connect_timeout{2};
};

/// What the pool went through since its start, for the metrics.
struct PoolFigures {
    std::size_t connected = 0;
    std::size_t queued = 0;
    std::size_t running = 0;
    std::size_t reconnects = 0;
    std::size_t cut = 0;  ///< Connections cut because the server did not answer in time.
};

/// Told after each statement: its name (a metric label), how long it took with its wait, and how it ended.
using Observer = std::function<void(std::string_view name, std::chrono::nanoseconds took, bool good)>;

/// The catalogue: PostgreSQL behind typed operations. One instance a process.
///
/// Thread safety: everything may be called from any thread; answers resume on the caller's executor.
/// Lifetime:      must outlive every awaitable it returned; the destructor fails what still waits with kUnavailable and
///                joins the threads.
/// Durability:    a successful write is committed with synchronous_commit on.
class Catalogue {
  public:
    /// Connects in the background: a database that is down is no failure here, calls then answer kUnavailable.
    explicit Catalogue(Settings settings, Observer observer = {});
    ~Catalogue();
    Catalogue(const Catalogue&) = delete;
    Catalogue& operator=(const Catalogue&) = delete;

    /// Brings an empty or older database to this program's schema, in the calling thread (blocks). Forward only, one
    /// transaction a step, one migrator at a time. kConflict: the database is newer than the program, or its past steps
    /// are not those of this program: refuse to start.
    static policy::Result<void> migrate(const std::string& connection);

    /// kConflict when the database's schema is not exactly this program's. Asked at start and by /readyz.
    Answer<void> check_schema(Deadline deadline);

    PoolFigures pool_figures() const;

    Recordings& recordings();
    Search& search();
    Plays& plays();
    Sessions& sessions();
    Rights& rights();
    Keys& keys();
    Jobs& jobs();
    Purge& purge();
    AuditLog& audit_log();
    Directory& directory();
    Idempotency& idempotency();
    Status& status();
    Replaying& replaying();
    Residency& residency();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace storage::catalogue
