#include "gateway/jobs/rewrap.hpp"

#include <utility>

#include "gateway/recordings/search_tokens.hpp"
#include "storage/keys/recording_secret.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::KeyId;
using policy::Result;

awaitable<Result<Rewrapped>> rewrap(recordings::Services& services, const storage::catalogue::RecordingFacts& stored,
                                    const recordings::PersonalFields& fields, KeyId to) {
    const auto from_epoch = co_await services.keys.epoch_of(stored.secret.epoch, services.deadline());
    if (from_epoch.has_error()) co_return from_epoch.error();
    const auto epoch = co_await services.keys.epoch(services.deadline());
    if (epoch.has_error()) co_return epoch.error();
    const auto date = stored.row.purge_date;
    const KeyId now = stored.access.keep_key.value_or(stored.day_key);
    const storage::keys::SecretPlace from{stored.row.id, date, now, *from_epoch};
    const storage::keys::SecretPlace place{stored.row.id, date, to, epoch->seal};
    const auto home = services.rules.current()->deployment.country;
    Rewrapped out;
    out.secret.epoch = epoch->epoch;
    auto sealed = co_await services.vault_pool.run([&]() -> Result<storage::crypto::Bytes> {
        auto tokens = recordings::search_tokens(services.vault, to, fields.claim, home);
        if (tokens.has_error()) return tokens.error();
        out.tokens = std::move(*tokens);
        return storage::keys::rewrap_recording_secret(services.vault, from, place, stored.secret.sealed);
    });
    if (sealed.has_error()) co_return sealed.error();
    out.secret.sealed = std::move(*sealed);
    co_return out;
}

}  // namespace gateway::jobs
