#include "gateway/jobs/certifier.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/async/crash_point.hpp"
#include "storage/audit/certificate.hpp"
#include "storage/objects/whole_object.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Result;
using std::chrono::milliseconds;
namespace audit = storage::audit;
namespace catalogue = storage::catalogue;

namespace {

constexpr milliseconds kNextBatch{500};

}  // namespace

awaitable<Result<milliseconds>> Certifier::step() {
    const auto batches = co_await services_.catalogue.purge().uncertified(services_.deadline());
    if (batches.has_error()) co_return batches.error();
    if (batches->empty()) co_return kNextBatch;
    const auto head = co_await services_.catalogue.audit_log().head(services_.deadline());
    if (head.has_error()) co_return head.error();
    if (head->published_size == 0) co_return kNextBatch;
    const auto newest =
        co_await log_.checkpoint(static_cast<std::uint64_t>(head->published_size), services_.deadline());
    if (newest.has_error()) co_return newest.error();
    for (const auto& batch : *batches) {
        if (!batch.entry_index || *batch.entry_index >= head->published_size) continue;
        const auto certified = co_await certify(batch, *newest);
        if (certified.has_error()) co_return certified.error();
    }
    co_return kNextBatch;
}

awaitable<Result<void>> Certifier::certify(const catalogue::Batch& batch, const audit::SignedCheckpoint& head) {
    const auto leaves = co_await services_.catalogue.purge().leaves(batch.id, services_.deadline());
    if (leaves.has_error()) co_return leaves.error();
    std::vector<std::string> statements;
    for (const auto& leaf : *leaves) {
        statements.emplace_back(reinterpret_cast<const char*>(leaf.leaf.data()), leaf.leaf.size());
    }
    const auto tree = audit::CertificateBatch::of(std::move(statements));
    if (tree.has_error()) co_return tree.error();
    const auto inclusion =
        co_await log_.inclusion(static_cast<std::uint64_t>(*batch.entry_index), head, services_.deadline());
    if (inclusion.has_error()) co_return inclusion.error();
    for (std::size_t i = 0; i < leaves->size(); ++i) {
        const auto name = storage::objects::deletion_certificate((*leaves)[i].id);
        // Made before, with an older checkpoint: just as good.
        const auto there = co_await services_.objects.open(name, services_.deadline());
        if (there.has_value()) continue;
        if (there.error().code != policy::Code::kNotFound) co_return there.error();
        const auto text = tree->certificate(i, *inclusion);
        if (text.has_error()) co_return text.error();
        const auto written = co_await storage::objects::put_once(services_.objects, name,
                                                                 std::as_bytes(std::span(*text)), services_.deadline());
        if (written.has_error()) co_return written.error();
        CALLVAULT_CRASH_POINT("purge.certificate_written");
    }
    co_return co_await services_.catalogue.purge().batch_certified(batch.id, services_.deadline());
}

}  // namespace gateway::jobs
