#include "storage/catalogue/catalogue.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"
#include "storage/catalogue/sql.hpp"

namespace storage::catalogue {

using policy::Code;
using policy::fail;
using policy::Result;

struct Catalogue::Parts {
    Parts(Settings settings, Observer observer) : pool(std::move(settings), std::move(observer)) {}
    Pool pool;
    Recordings recordings{pool};
    Search search{pool};
    Plays plays{pool};
    Sessions sessions{pool};
    Rights rights{pool};
    Keys keys{pool};
    Jobs jobs{pool};
    Purge purge{pool};
    AuditLog audit_log{pool};
    Directory directory{pool};
    Idempotency idempotency{pool};
    Status status{pool};
    Replaying replaying{pool};
    Residency residency{pool};
};

Catalogue::Catalogue(Settings settings, Observer observer)
    : parts_(std::make_unique<Parts>(std::move(settings), std::move(observer))) {}

Catalogue::~Catalogue() = default;

Answer<void> Catalogue::check_schema(Deadline deadline) {
    Parameters p;
    p.array(migrations(), [](const SqlFile& file) { return std::string(file.name); });
    p.array(migrations(), [](const SqlFile& file) { return std::string(file.text); });
    return parts_->pool.run("schema_check", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.read("schema_check", p);
        const auto steps = static_cast<std::int64_t>(migrations().size());
        if (rows.first().number("applied") == steps && rows.first().number("same") == steps) return {};
        return fail(Code::kConflict, "the database's schema is not this program's");
    });
}

PoolFigures Catalogue::pool_figures() const {
    return parts_->pool.figures();
}

Recordings& Catalogue::recordings() {
    return parts_->recordings;
}
Search& Catalogue::search() {
    return parts_->search;
}
Plays& Catalogue::plays() {
    return parts_->plays;
}
Sessions& Catalogue::sessions() {
    return parts_->sessions;
}
Rights& Catalogue::rights() {
    return parts_->rights;
}
Keys& Catalogue::keys() {
    return parts_->keys;
}
Jobs& Catalogue::jobs() {
    return parts_->jobs;
}
Purge& Catalogue::purge() {
    return parts_->purge;
}
AuditLog& Catalogue::audit_log() {
    return parts_->audit_log;
}
Directory& Catalogue::directory() {
    return parts_->directory;
}
Idempotency& Catalogue::idempotency() {
    return parts_->idempotency;
}
Status& Catalogue::status() {
    return parts_->status;
}
Replaying& Catalogue::replaying() {
    return parts_->replaying;
}
Residency& Catalogue::residency() {
    return parts_->residency;
}

}  // namespace storage::catalogue
