#include "gateway/recordings/rendition_upload.hpp"

#include <utility>

#include "gateway/recordings/sealed_file.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Result;
namespace crypto = storage::crypto;
namespace objects = storage::objects;

awaitable<Result<void>> RenditionUpload::write(std::span<const std::byte> piece) {
    if (!upload_) {
        const auto allowed = services_.residency.may_store();
        if (allowed.has_error()) co_return allowed.error();
        crypto::Sealer sealer(data_key_, seal_context(row_.id, rendition_));
        auto name = objects::recording_object(row_.purge_date, row_.id, crypto::random_id<policy::AttemptId>());
        const SealedUpload::Deadlines deadlines{services_.deadline(), begun_ + services_.upload_lease / 2};
        auto begun = co_await SealedUpload::begin(services_.objects, services_.memory, std::move(name),
                                                  std::move(sealer), std::nullopt, deadlines);
        if (begun.has_error()) co_return begun.error();
        upload_ = std::move(*begun);
    }
    plain_in_bytes_ += piece.size();
    co_return co_await upload_->write(piece);
}

awaitable<Result<std::optional<storage::catalogue::ObjectRow>>> RenditionUpload::commit() {
    if (!upload_) co_return std::optional<storage::catalogue::ObjectRow>();
    const auto durable = co_await upload_->commit();
    if (durable.has_error()) co_return durable.error();
    durable_ = upload_->name();
    storage::catalogue::ObjectRow row;
    row.name = durable_->text();
    row.rendition = rendition_;
    row.sealed_size = static_cast<std::int64_t>(upload_->sealed_bytes());
    upload_.reset();
    const auto place = co_await services_.residency.place(services_.deadline());
    if (place.has_error()) co_return place.error();
    row.place = *place;
    co_return std::optional(std::move(row));
}

awaitable<void> RenditionUpload::give_up() {
    if (upload_) co_await upload_->abort();
    if (!durable_) co_return;
    const auto removed = co_await services_.objects.remove(*durable_, services_.deadline());
    // What stays is found by the sweeper: it belongs to no row.
    if (removed.has_error()) services_.log.warning("prepare.object_left", {{"what", removed.error().what}});
}

}  // namespace gateway::recordings
