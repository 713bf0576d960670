#include "gateway/jobs/reseal.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <span>
#include <utility>

#include "gateway/recordings/stored_recording.hpp"
#include "storage/catalogue/keys.hpp"
#include "storage/keys/recording_secret.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;
using storage::catalogue::Reseal;
using storage::catalogue::SealedRow;
using storage::catalogue::SealedTable;
using storage::crypto::Bytes;
namespace catalogue = storage::catalogue;
namespace keys = storage::keys;

namespace {

constexpr std::int32_t kPage = 200;

using Opens = std::map<std::int32_t, KeyId>;
using ResealRow = Result<Bytes> (*)(keys::KeyVault&, const SealedRow&, KeyId from, KeyId to);

Result<Bytes> reseal_secret(keys::KeyVault& vault, const SealedRow& row, KeyId from, KeyId to) {
    std::string digits = row.key;  // a UUID's text
    std::erase(digits, '-');
    const auto id = policy::RecordingId::parse(digits);
    if (!id) return fail(Code::kInternal, "a secret row has no recording id");
    return keys::reseal_recording_secret(vault, *id, from, to, row.secret.sealed);
}

/// A directory row's key is "kind/id", and what it is bound to is made of both (gateway/recordings/case_ref.cpp).
Result<Bytes> reseal_directory(keys::KeyVault& vault, const SealedRow& row, KeyId from, KeyId to) {
    auto bound_to = row.key;
    const auto slash = bound_to.find('/');
    if (slash == std::string::npos) return fail(Code::kInternal, "a directory row has no kind");
    bound_to[slash] = '\0';
    const auto associated = std::as_bytes(std::span(bound_to));
    const auto opened = vault.open(from, keys::Use::kField, row.secret.sealed, associated);
    if (opened.has_error()) return opened.error();
    return vault.seal(to, keys::Use::kField, opened->reveal(storage::crypto::InsecureSecretAccess{}), associated);
}

class Table {
  public:
    Table(recordings::Services& services, const catalogue::EpochKey& current, Opens opens, SealedTable table,
          ResealRow reseal)
        : services_(services), current_(current), opens_(std::move(opens)), table_(table), reseal_(reseal) {}

    /// The keys of the rows that nobody can open.
    awaitable<Result<std::vector<std::string>>> all() {
        std::string after;
        while (true) {
            const auto page = co_await services_.catalogue.keys().sealed_before(table_, current_.epoch, after, kPage,
                                                                                services_.deadline());
            if (page.has_error()) co_return page.error();
            if (page->empty()) co_return std::move(unreadable_);
            auto fresh = co_await services_.vault_pool.run([this, &page] { return sealed_anew(*page); });
            if (fresh.has_error()) co_return fresh.error();
            after = page->back().key;
            const auto swapped = co_await services_.catalogue.keys().reseal(table_, *fresh, services_.deadline());
            if (swapped.has_error()) co_return swapped.error();
        }
    }

  private:
    Result<std::vector<Reseal>> sealed_anew(const std::vector<SealedRow>& page) {
        std::vector<Reseal> out;
        for (const auto& row : page) {
            const auto from = opens_.find(row.secret.epoch);
            auto sealed = from == opens_.end() ? Result<Bytes>(fail(Code::kNotFound, "its epoch is not known"))
                                               : reseal_(services_.vault, row, from->second, current_.key);
            if (sealed.has_error() && !recordings::is_dark(sealed.error().code)) return sealed.error();
            if (sealed.has_value()) {
                out.push_back({row.key, row.secret.sealed, {current_.epoch, std::move(*sealed)}});
                continue;
            }
            services_.log.error("reseal.failed", {{"row", row.key}, {"what", sealed.error().what}});
            services_.metrics.counter("callvault_reseal_failures_total", "Rows that could not be resealed.").add();
            // A key that the vault lacks may come back with it; bytes that its key refuses stay refused.
            if (sealed.error().code == Code::kCorrupt) unreadable_.push_back(row.key);
        }
        return out;
    }

    recordings::Services& services_;
    catalogue::EpochKey current_;
    Opens opens_;
    SealedTable table_;
    ResealRow reseal_;
    std::vector<std::string> unreadable_;
};

}  // namespace

awaitable<Result<Unreadable>> reseal_old(recordings::Services& services) {
    const auto epochs = co_await services.catalogue.keys().epochs(services.deadline());
    if (epochs.has_error()) co_return epochs.error();
    Unreadable out;
    if (epochs->size() < 2) co_return out;
    Opens opens;
    for (const auto& epoch : *epochs) opens[epoch.epoch] = epoch.key;
    Table secrets(services, epochs->back(), opens, SealedTable::kSecrets, reseal_secret);
    auto lost = co_await secrets.all();
    if (lost.has_error()) co_return lost.error();
    out.secrets = std::move(*lost);
    Table directory(services, epochs->back(), opens, SealedTable::kDirectory, reseal_directory);
    lost = co_await directory.all();
    if (lost.has_error()) co_return lost.error();
    out.directory = std::move(*lost);
    co_return out;
}

}  // namespace gateway::jobs
