#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/router.hpp"
#include "gateway/recordings/holds.hpp"
#include "gateway/recordings/idempotent.hpp"
#include "gateway/recordings/personal_fields.hpp"
#include "gateway/recordings/proposals.hpp"
#include "gateway/recordings/propose_erasure.hpp"
#include "gateway/recordings/reference.hpp"
#include "gateway/recordings/restrictions.hpp"
#include "gateway/recordings/withdraw_consent.hpp"
#include "storage/keys/file_vault.hpp"
#include "storage/objects/file_store.hpp"
#include "tests/support/faulty_store.hpp"
#include "tests/support/http_request.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/shifted_clock.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tests {

/// The use cases about rights over a real database, vault and store, asked as the server asks them; the callers are
/// local users, one uid each.
class RightsWorld {
  public:
    static constexpr uid_t kRecorder = 1, kSupervisor = 2, kOlivia = 3, kPeter = 4, kQa = 5, kAdmin = 6, kStale = 7,
                           kSales = 8;

    /// `objects`: where objects lie, instead of a folder of its own; must outlive it.
    explicit RightsWorld(storage::objects::ObjectStore* objects = nullptr);

    struct Answer {
        unsigned status = 0;
        std::string body;
        std::string location;
    };
    Answer ask(uid_t who, gateway::http::Method method, std::string target, std::string body = {},
               std::string key = {});
    Answer post(uid_t who, std::string target, std::string body = {}, std::string key = {}) {
        return ask(who, gateway::http::Method::kPost, std::move(target), std::move(body), std::move(key));
    }
    Answer get(uid_t who, std::string target) { return ask(who, gateway::http::Method::kGet, std::move(target)); }
    Answer remove(uid_t who, std::string target) { return ask(who, gateway::http::Method::kDelete, std::move(target)); }

    static constexpr int kLivesInDays = 60;
    /// A recording of team "support" in the catalogue, pushed by kRecorder as `reference`, its audio aside.
    policy::RecordingId recording(const std::string& reference, const std::string& basis = "consent",
                                  int lives_in_days = kLivesInDays) {
        return stored(reference, basis, lives_in_days, {});
    }
    /// The same with sound that can be played: a WAV file.
    policy::RecordingId audible(const std::string& reference, const std::vector<std::byte>& wav) {
        return stored(reference, "consent", kLivesInDays, wav);
    }
    /// A play of that subject stands in the catalogue.
    void played(const policy::RecordingId& recording, uid_t by);

    const std::string& database() const { return database_; }
    std::string one(const std::string& sql) const { return Postgres::shared().query(database_, sql).at(0).at(0); }
    policy::Date day(int from_today) const { return policy::add_days(services().today(), from_today); }
    std::string pseudonym(uid_t who);
    gateway::recordings::Services& services() const { return *services_; }
    gateway::recordings::PlayRegistry& plays() { return *plays_; }
    ShiftedClock& clock() { return clock_; }
    FaultyStore& store() { return store_; }
    /// Answers one more route.
    void serve(gateway::http::Method method, const char* pattern, gateway::http::Handler handler);

  private:
    policy::KeyId day_key(policy::Date date);
    policy::RecordingId stored(const std::string& reference, const std::string& basis, int lives_in_days,
                               const std::vector<std::byte>& wav);

    TemporaryFolder folder_;
    std::string database_;
    ShiftedClock clock_;
    gateway::observe::Log log_{clock_, gateway::observe::Level::kError};
    gateway::observe::Registry metrics_;
    storage::async::BlockingPool pool_{"vault", 2, 1000};
    storage::objects::MemoryBudget memory_{std::size_t{64} << 20U, 100};
    storage::catalogue::Catalogue catalogue_;
    std::unique_ptr<storage::keys::FileVault> vault_;
    std::unique_ptr<storage::objects::FileStore> folder_store_;
    FaultyStore store_;
    storage::keys::DataKeyCache data_keys_{100};
    gateway::recordings::KeyRing keys_{catalogue_, *vault_, pool_};
    gateway::auth::Authenticator authenticator_;
    gateway::recordings::RuleBook rules_{{}};
    gateway::recordings::DayMark days_;
    gateway::recordings::RefusalCount refusals_;
    gateway::recordings::ResidencyMark residency_{store_, catalogue_, "NL"};
    std::unique_ptr<storage::audit::NoteSigner> signer_;
    std::unique_ptr<storage::audit::DeletionLedger> ledger_;
    std::unique_ptr<gateway::recordings::Services> services_;
    std::unique_ptr<gateway::recordings::PlayRegistry> plays_;
    std::unique_ptr<gateway::recordings::WithdrawConsent> withdrawals_;
    std::unique_ptr<gateway::recordings::Restrictions> restrictions_;
    std::unique_ptr<gateway::recordings::Holds> holds_;
    std::unique_ptr<gateway::recordings::ProposeErasure> erasures_;
    std::unique_ptr<gateway::recordings::Proposals> proposals_;
    gateway::http::Router router_;
    std::map<policy::Date, policy::KeyId> day_keys_;
    policy::KeyId epoch_key_;
};

/// For acts that ask between two batches whether to go on (jobs::Forget).
inline boost::asio::awaitable<policy::Result<void>> go_on() {
    co_return policy::Result<void>{};
}

/// The same services as another process has them over another vault: it remembers no key. All that it is given must
/// outlive it.
struct Over {
    Over(const gateway::recordings::Services& same, storage::keys::KeyVault& vault);

    gateway::recordings::KeyRing keys;
    gateway::recordings::Services services;
};

}  // namespace tests
