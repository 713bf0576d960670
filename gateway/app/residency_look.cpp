#include "gateway/app/residency_look.hpp"

#include <utility>

#include "gateway/app/bucket_verdict.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/app/residency_faults.hpp"
#include "gateway/recordings/residency_mark.hpp"
#include "storage/objects/s3_bucket.hpp"

namespace gateway::app {

using boost::asio::awaitable;
using policy::Result;

namespace {

using Sentences = std::vector<std::string>;

awaitable<Result<Sentences>> look_at_bucket(const Settings::Objects& said, const Settings::Limits& limits,
                                            storage::async::BlockingPool& pool, storage::objects::MemoryBudget& memory,
                                            storage::async::Deadline deadline) {
    Sentences out;
    if (said.kind != "s3") co_return out;
    const auto store = co_await pool.run([&] { return open_bucket(said, limits, pool, memory); });  // reads files
    if (store.has_error()) co_return store.error();
    const auto facts = co_await storage::objects::inspect_bucket((*store)->client(), deadline);
    if (facts.has_error()) co_return facts.error();
    for (auto& fault : judge_bucket(*facts, said.region, said.assured))
        out.push_back("the bucket " + said.bucket + ": " + std::move(fault));
    co_return out;
}

}  // namespace

awaitable<Result<Sentences>> look_at_places(const Settings& settings, storage::async::BlockingPool& pool,
                                            storage::objects::MemoryBudget& memory, policy::Date today,
                                            storage::async::Deadline deadline) {
    Sentences out;
    for (const auto& fault : residency_faults(settings, today)) out.push_back(fault.key + ": " + fault.text);
    for (const auto* objects : {&settings.objects, &settings.old_objects}) {
        auto faults = co_await look_at_bucket(*objects, settings.limits, pool, memory, deadline);
        if (faults.has_error()) co_return faults.error();
        for (auto& fault : *faults) out.push_back(std::move(fault));
    }
    co_return out;
}

awaitable<Result<std::int32_t>> present_place(const Settings& settings, const storage::objects::ObjectStore& store,
                                              storage::catalogue::Catalogue& catalogue,
                                              storage::async::Deadline deadline) {
    recordings::ResidencyMark mark(store, catalogue, country_of(settings.objects));
    co_return co_await mark.place(deadline);
}

}  // namespace gateway::app
