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
using policy::Result;
using storage::catalogue::Reseal;
using storage::catalogue::SealedRow;
using storage::catalogue::SealedTable;
using storage::crypto::Bytes;
namespace catalogue = storage::catalogue;
namespace keys = storage::keys;

namespace {

constexpr std::int32_t kPage = 200;

using Seal = std::shared_ptr<const keys::EpochSeal>;
/// What opens each epoch, or why nothing does.
using Opens = std::map<std::int32_t, Result<Seal>>;
using ResealRow = Result<Bytes> (*)(const SealedRow&, const keys::EpochSeal& from, const keys::EpochSeal& to);

Result<Bytes> reseal_secret(const SealedRow& row, const keys::EpochSeal& from, const keys::EpochSeal& to) {
    std::string digits = row.key;  // a UUID's text
    std::erase(digits, '-');
    const auto id = policy::RecordingId::parse(digits);
    if (!id) return fail(Code::kInternal, "a secret row has no recording id");
    return keys::reseal_recording_secret(*id, from, to, row.secret.sealed);
}

/// A directory row's key is "kind/id", and what it is bound to is made of both (gateway/recordings/case_ref.cpp).
Result<Bytes> reseal_directory(const SealedRow& row, const keys::EpochSeal& from, const keys::EpochSeal& to) {
    auto bound_to = row.key;
    const auto slash = bound_to.find('/');
    if (slash == std::string::npos) return fail(Code::kInternal, "a directory row has no kind");
    bound_to[slash] = '\0';
    const auto associated = std::as_bytes(std::span(bound_to));
    const auto opened = from.open(row.secret.sealed, associated);
    if (opened.has_error()) return opened.error();
    return to.seal(opened->reveal(storage::crypto::InsecureSecretAccess{}), associated);
}

class Table {
  public:
    Table(recordings::Services& services, recordings::CurrentEpoch current, const Opens& opens, SealedTable table,
          ResealRow reseal)
        : services_(services), current_(std::move(current)), opens_(opens), table_(table), reseal_(reseal) {}

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
            auto sealed = from == opens_.end()       ? Result<Bytes>(fail(Code::kNotFound, "its epoch is not known"))
                          : from->second.has_error() ? Result<Bytes>(from->second.error())
                                                     : reseal_(row, **from->second, *current_.seal);
            if (sealed.has_error() && !recordings::is_dark(sealed.error().code)) return sealed.error();
            if (sealed.has_value()) {
                out.push_back({row.key, row.secret.sealed, {current_.epoch, std::move(*sealed)}});
                continue;
            }
            services_.log.error("reseal.failed", {{"row", row.key}, {"what", sealed.error().what}});
            services_.metrics.counter("callvault_reseal_failures_total", "Rows that could not be resealed.").add();
            // A key that the vault lacks, or a secret that is damaged, may come back with a restore: that says nothing
            // of the row. Bytes that the open epoch refuses stay refused.
            const bool open = from != opens_.end() && from->second.has_value();
            if (open && sealed.error().code == Code::kCorrupt) unreadable_.push_back(row.key);
        }
        return out;
    }

    recordings::Services& services_;
    recordings::CurrentEpoch current_;
    const Opens& opens_;
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
    for (const auto& epoch : *epochs) {
        auto seal = co_await services.keys.epoch_of(epoch.epoch, services.deadline());
        if (seal.has_error() && !recordings::is_dark(seal.error().code)) co_return seal.error();
        opens.emplace(epoch.epoch, std::move(seal));
    }
    const auto& newest = opens.at(epochs->back().epoch);
    if (newest.has_error()) co_return newest.error();
    const recordings::CurrentEpoch current{epochs->back().epoch, *newest};
    Table secrets(services, current, opens, SealedTable::kSecrets, reseal_secret);
    auto lost = co_await secrets.all();
    if (lost.has_error()) co_return lost.error();
    out.secrets = std::move(*lost);
    Table directory(services, current, opens, SealedTable::kDirectory, reseal_directory);
    lost = co_await directory.all();
    if (lost.has_error()) co_return lost.error();
    out.directory = std::move(*lost);
    co_return out;
}

}  // namespace gateway::jobs
