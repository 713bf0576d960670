#include "gateway/cli/store_verbs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "gateway/app/parts.hpp"
#include "gateway/app/residency_look.hpp"
#include "gateway/app/wait_for.hpp"
#include "gateway/cli/progress_line.hpp"
#include "gateway/cli/verb.hpp"
#include "gateway/observe/system_clock.hpp"
#include "policy/passing.hpp"
#include "storage/async/signal.hpp"
#include "storage/audit/entry.hpp"
#include "storage/crypto/random.hpp"
#include "storage/objects/store_move.hpp"

namespace gateway::cli {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using std::chrono::seconds;
using std::chrono::steady_clock;
using storage::objects::StoreMove;

namespace {

constexpr seconds kLease{15};
constexpr seconds kStorePatience{30};
constexpr seconds kLongestPause{8};
constexpr std::size_t kUploads = 64;
constexpr const char* kRole = "store_move";

constexpr const char* kTeaching = R"(
Takes every object (recordings, audit log, deletion ledger, certificates) from the store of [objects.old] to that of
[objects], while the service runs:

  1. In the configuration of every gateway, rename [objects] to [objects.old], and write the new store as [objects].
  2. Restart the gateways, all of them: those with the new configuration wait until the last with the old one has ended.
     From then on new recordings go to the new store; old ones are read where they are.
  3. callvault store move          as the service's user, on any host that reaches both stores
  4. callvault doctor              says that the old store is empty: take [objects.old] out and restart the gateways.

Each object is copied sealed as it is, the copy is read back and compared, and only then is the old one removed and looked
for again. It may be killed and started again at any time; then it goes on. It begins only when every gateway knows both
stores. To turn round half-way, exchange the two tables and do the same.

Exit codes: 0 the old store is empty; 1 some objects could not be moved (it says why); 4 a store or the database does not
            answer: start it again.

Example:
  callvault store move)";

/// What a move stands on; the members are destroyed in reverse order.
struct Opened {
    app::LoadedSettings loaded;
    std::unique_ptr<const observe::Clock> clock;
    std::unique_ptr<storage::async::BlockingPool> pool;
    std::unique_ptr<storage::objects::MemoryBudget> memory;
    std::unique_ptr<storage::objects::MovingStore> store;
    std::unique_ptr<storage::catalogue::Catalogue> catalogue;

    static storage::objects::Deadline deadline() { return steady_clock::now() + kStorePatience; }
};

/// Files that another user writes, the service cannot read.
void expect_own(const app::Settings::Objects& objects) {
    struct stat facts {};
    if (objects.kind != "file" || ::stat(objects.folder.c_str(), &facts) != 0 || facts.st_uid == ::geteuid()) return;
    throw CommandError(Exit::kUsage, objects.folder.string() + " is another user's: run this as the service's user");
}

Opened open(const Context& context) {
    Opened out{load(context), {}, {}, {}, {}, {}};
    const app::Settings& settings = out.loaded.settings;
    if (settings.old_objects.kind == "none")
        throw CommandError(Exit::kUsage,
                           "nothing is to be moved: the configuration has no [objects.old]; see callvault store move "
                           "--help");
    expect_own(settings.objects);
    expect_own(settings.old_objects);
    out.clock = value_or_end(observe::SystemClock::create(settings.deployment.time_zone));
    const auto& limits = settings.limits;
    out.pool = std::make_unique<storage::async::BlockingPool>("store", limits.blocking_threads, limits.blocking_queue);
    out.memory = std::make_unique<storage::objects::MemoryBudget>(limits.memory_bytes, kUploads);
    out.store = value_or_end(app::open_moving_objects(settings, *out.pool, *out.memory));
    auto described = app::catalogue_settings(settings);
    described.connections = 2;
    out.catalogue = std::make_unique<storage::catalogue::Catalogue>(std::move(described));
    value_or_end(app::wait_for(out.catalogue->check_schema(Opened::deadline())));
    return out;
}

awaitable<void> pause(seconds time) {
    const auto signal = storage::async::Signal::make();
    (void)co_await signal->wait(steady_clock::now() + time);
}

/// One run of the move: alone in the deployment, with its two audit entries, patient with parts that do not answer.
class Run {
  public:
    Run(Context& context, Opened& opened)
        : opened_(opened),
          move_(
              *opened.store, [&opened](std::vector<std::string> names) { return living(opened, std::move(names)); },
              [this](std::vector<std::string> names) { return placed(std::move(names)); }),
          progress_(context) {}

    awaitable<Result<void>> run() {
        const auto same = co_await expect_like_minded();
        if (!same) co_return same.error();
        const auto alone = co_await become_the_only_one();
        if (!alone) co_return alone.error();
        const auto noted = co_await write_entry("begun");
        if (!noted) co_return noted.error();
        const auto moved = co_await move_all();
        progress_.clear();
        const auto ended = co_await write_entry(moved ? "ended" : "stopped");
        const auto resigned = co_await opened_.catalogue->jobs().resign(kRole, holder_, Opened::deadline());
        if (!moved) co_return moved.error();
        if (!ended) co_return ended.error();
        co_return resigned;
    }

    const StoreMove::Figures& figures() const { return move_.figures(); }

  private:
    static awaitable<Result<std::vector<std::string>>> living(Opened& opened, std::vector<std::string> names) {
        co_return co_await opened.catalogue->recordings().living(names, Opened::deadline());
    }

    awaitable<Result<void>> placed(std::vector<std::string> names) {
        const auto place = co_await app::present_place(opened_.loaded.settings, *opened_.store, *opened_.catalogue,
                                                       Opened::deadline());
        if (!place) co_return place.error();
        co_return co_await opened_.catalogue->recordings().placed(names, *place, Opened::deadline());
    }

    /// The lease of a run that was killed is waited for.
    awaitable<Result<void>> become_the_only_one() {
        const auto patience = steady_clock::now() + 2 * kLease;
        while (true) {
            const auto lead = co_await opened_.catalogue->jobs().lead(kRole, holder_, kLease, Opened::deadline());
            if (!lead) co_return lead.error();
            if (lead->held) co_return Result<void>();
            if (steady_clock::now() > patience)
                co_return policy::fail(Code::kConflict, "another callvault store move is at work");
            co_await pause(seconds(1));
        }
    }

    /// A gateway that does not know both stores would miss what moves, and purge what it does not find.
    awaitable<Result<void>> expect_like_minded() {
        const auto others = co_await opened_.catalogue->status().others(Opened::deadline());
        if (!others) co_return others.error();
        if (others->empty()) co_return Result<void>();
        std::string hosts;
        for (const auto& host : *others) hosts += (hosts.empty() ? "" : ", ") + host;
        co_return policy::fail(Code::kUnavailable,
                               "a gateway runs with other stores or vaults in its "
                               "configuration, on " +
                                   hosts +
                                   ": give all of them the same [objects] and [objects.old], "
                                   "[vault] and [vault.old], and restart them");
    }

    awaitable<Result<void>> move_all() {
        seconds wait{1};
        while (true) {
            const auto more = co_await next_page();
            if (more && !*more) break;
            if (more) {
                wait = seconds(1);
                show_progress();
                continue;
            }
            if (!policy::may_pass(more.error().code) || wait > kLongestPause) co_return more.error();
            co_await pause(wait);
            wait *= 2;
        }
        if (figures().stuck > 0) co_return Result<void>();
        co_return co_await opened_.store->to().remove(storage::objects::move_source(), Opened::deadline());
    }

    awaitable<Result<bool>> next_page() {
        const auto alone = co_await become_the_only_one();
        if (!alone) co_return alone.error();
        const auto same = co_await expect_like_minded();
        if (!same) co_return same.error();
        co_return co_await move_.step();
    }

    awaitable<Result<void>> write_entry(std::string_view how) {
        storage::audit::Entry entry(
            opened_.clock->now(), {storage::audit::ActorKind::kOperator, {}, {}}, storage::audit::Action::kStoreMove,
            how == "stopped" ? storage::audit::Outcome::kFailed : storage::audit::Outcome::kDone);
        if (how == "begun") {
            entry.reason("begun");
        } else {
            entry.reason(how == "ended" ? storage::audit::Word("ended") : storage::audit::Word("stopped"))
                .number("objects", static_cast<std::int64_t>(figures().objects))
                .number("stuck", static_cast<std::int64_t>(figures().stuck));
        }
        const std::vector<storage::catalogue::EntryBytes> entries{storage::audit::salted(entry)};
        co_return co_await opened_.catalogue->audit_log().append(entries, Opened::deadline());
    }

    void show_progress() {
        progress_.show(std::to_string(figures().objects) + " objects, " + std::to_string(figures().bytes >> 20U) +
                       " MiB moved; now at " + figures().at);
    }

    Opened& opened_;
    StoreMove move_;
    const std::string holder_ = storage::crypto::random_id<policy::RequestId>().text();
    ProgressLine progress_;
};

void print(const Context& context, const Opened& opened, const StoreMove::Figures& figures) {
    const auto& settings = opened.loaded.settings;
    if (context.json) {
        boost::json::object out{{"objects", figures.objects},
                                {"bytes", figures.bytes},
                                {"vanished", figures.vanished},
                                {"stuck", figures.stuck},
                                {"old_store_empty", figures.stuck == 0}};
        if (figures.why_stuck) out["why_stuck"] = figures.why_stuck->what;
        context.streams.out << boost::json::serialize(out) << '\n';
        return;
    }
    print_fact(context, "from", app::in_words(settings.old_objects));
    print_fact(context, "to", app::in_words(settings.objects));
    print_fact(context, "moved",
               std::to_string(figures.objects) + " objects, " + std::to_string(figures.bytes) +
                   " bytes; each read back, and its old copy gone");
    if (figures.stuck > 0) return;
    context.streams.out << "The old store is empty. Take [objects.old] out of the configuration of every gateway, and "
                           "restart them one by one.\n";
}

Exit move(Context& context, const NoArguments&) {
    Opened opened = open(context);
    Run run(context, opened);
    const auto done = app::wait_for(run.run());
    if (done.has_error())
        throw CommandError(exit_of(done.error().code), done.error().what + " (" +
                                                           std::to_string(run.figures().objects) +
                                                           " objects were moved; start it again, and it goes on)");
    const StoreMove::Figures& figures = run.figures();
    print(context, opened, figures);
    if (figures.stuck == 0) return Exit::kGood;
    throw CommandError(Exit::kFailed, std::to_string(figures.stuck) + " objects stay in the old store; the first: " +
                                          figures.why_stuck.value_or(policy::Error{}).what);
}

}  // namespace

void add_store(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "store", "Where the sealed objects lie");
    const auto moved = add_verb(
        noun, context, "move",
        "Takes every object from the store of [objects.old] to that of [objects] while the service runs", "", &move);
    moved->footer(kTeaching);
}

}  // namespace gateway::cli
