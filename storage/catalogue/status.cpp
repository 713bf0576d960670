#include "storage/catalogue/status.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Result;

Result<Figures> figures_now(Session& session, policy::Date today) {
    const Rows rows = session.read("figures", Parameters().date(today));
    const Row row = rows.first();
    Figures out;
    out.recordings_estimate = row.number("recordings");
    out.unnumbered_entries = row.number("unnumbered");
    out.oldest_unnumbered_seconds = row.real("oldest_unnumbered");
    out.overdue = row.number("overdue");
    out.purging = row.number("purging");
    out.open_plays = row.number("open_plays");
    out.day_keys_open = row.number("day_keys_open");
    out.oldest_epoch_seconds = row.number("oldest_epoch");
    out.uncertified_batches = row.number("uncertified");
    const Rows jobs = session.read("figures_jobs");
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        out.jobs[jobs[i].text("kind") + "/" + jobs[i].text("state")] = jobs[i].number("count");
    }
    return out;
}

}  // namespace

Answer<void> Status::ping(Deadline deadline) {
    return pool_.run("ping", deadline, [](Session& session) -> Result<void> {
        session.read("ping");
        return {};
    });
}

Answer<Clocks> Status::clocks(BootId boot, Deadline deadline) {
    return pool_.run("clock_read", deadline, [boot](Session& session) {
        const Rows rows = session.read("clock_read", Parameters().id(boot));
        const Row row = rows.first();
        Clocks out{row.maybe_instant("high_water"), row.instant("database"), std::nullopt};
        if (const auto wall = row.maybe_instant("wall")) {
            out.seen = Moment{*wall, std::chrono::milliseconds{row.number("passed")}};
        }
        return Result<Clocks>(out);
    });
}

Answer<void> Status::mark_clock(BootId boot, Moment now, Deadline deadline) {
    Parameters p;
    p.id(boot).instant(now.wall).number(now.passed.count());
    return pool_.run("clock_mark", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("clock_mark", p);
        return {};
    });
}

Answer<void> Status::accept_clock(BootId boot, Moment now, PurgeRunId run, const std::string& still_accepted,
                                  EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(boot).instant(now.wall).number(now.passed.count()).bytes(entry).id(run).text(still_accepted);
    return pool_.run("clock_accept", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("clock_accept", p);
        return {};
    });
}

Answer<ServerFacts> Status::server_facts(Deadline deadline) {
    return pool_.run("server_facts", deadline, [](Session& session) {
        const Rows rows = session.read("server_facts");
        const Row row = rows.first();
        return Result<ServerFacts>(ServerFacts{row.text("version"), row.instant("database"), row.number("standbys"),
                                               row.flag("waits_for_standby")});
    });
}

Answer<Figures> Status::figures(policy::Date today, Deadline deadline) {
    return pool_.run("figures", deadline, [today](Session& session) { return figures_now(session, today); });
}

Answer<std::vector<std::string>> Status::others(Deadline deadline) {
    return pool_.run("others", deadline, [](Session& session) {
        return Result<std::vector<std::string>>(
            session.read("others").each([](const Row& row) { return row.text("host"); }));
    });
}

}  // namespace storage::catalogue
