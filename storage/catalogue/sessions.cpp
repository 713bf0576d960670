#include "storage/catalogue/sessions.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Result;

}  // namespace

Answer<void> Sessions::revoke(Mac session_mac, policy::Instant expires, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.bytes(session_mac).instant(expires).bytes(entry);
    return pool_.run("session_revoke", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("session_revoke", p);
        return {};
    });
}

Answer<void> Sessions::revoke_subject(std::string subject, policy::Instant started_before, policy::Instant expires,
                                      EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.text(subject).instant(started_before).instant(expires).bytes(entry);
    return pool_.run("subject_revoke", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("subject_revoke", p);
        return {};
    });
}

Answer<bool> Sessions::revoked(Mac session_mac, std::string subject, policy::Instant started, Deadline deadline) {
    Parameters p;
    p.bytes(session_mac).text(subject).instant(started);
    return pool_.run("session_revoked", deadline, [p = std::move(p)](Session& session) {
        const Rows rows = session.read("session_revoked", p);
        return Result<bool>(rows.first().flag("revoked"));
    });
}

Answer<std::int64_t> Sessions::forget_expired(policy::Instant now, Deadline deadline) {
    return pool_.run("sessions_forget", deadline, [now](Session& session) {
        const Rows rows = session.write("sessions_forget", Parameters().instant(now));
        return Result<std::int64_t>(rows.first().number("forgotten"));
    });
}

}  // namespace storage::catalogue
