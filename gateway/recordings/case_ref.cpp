#include "gateway/recordings/case_ref.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "gateway/recordings/counted_on.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Result;
using storage::audit::CaseId;
using storage::keys::KeyPurpose;

awaitable<Result<CaseId>> case_id(Services& services, std::string kind, std::string number) {
    auto message = kind + '\0' + number;
    const auto mac = co_await services.keys.mac(KeyPurpose::kTombstone, std::move(message), services.deadline());
    if (mac.has_error()) co_return mac.error();
    CaseId::Bytes bytes{};
    std::ranges::transform(std::span(*mac).first(bytes.size()), bytes.begin(),
                           [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    const CaseId id(bytes);
    const auto epoch = co_await services.keys.epoch(services.deadline());
    if (epoch.has_error()) co_return epoch.error();
    const auto bound_to = kind + '\0' + id.text();
    auto sealed = co_await services.vault_pool.run([&epoch, &number, &bound_to] {
        return counted_on(epoch->seal->seal(std::as_bytes(std::span(number)), std::as_bytes(std::span(bound_to))));
    });
    if (sealed.has_error()) co_return sealed.error();
    std::vector<storage::catalogue::DirectoryRow> rows;
    rows.push_back({std::move(kind), id.text(), {epoch->epoch, std::move(*sealed)}});
    const auto written = co_await services.catalogue.directory().put(rows, services.today(), services.deadline());
    if (written.has_error()) co_return written.error();
    co_return id;
}

awaitable<Result<std::string>> case_text(Services& services, std::string kind, std::string id) {
    std::vector<std::string> ids{id};
    const auto rows = co_await services.catalogue.directory().get(kind, ids, services.deadline());
    if (rows.has_error()) co_return rows.error();
    if (rows->empty()) co_return policy::fail(policy::Code::kNotFound, "a directory row is missing");
    const auto& secret = rows->front().secret;
    const auto epoch = co_await services.keys.epoch_of(secret.epoch, services.deadline());
    if (epoch.has_error()) co_return epoch.error();
    const auto bound_to = kind + '\0' + id;
    co_return co_await services.vault_pool.run([&]() -> Result<std::string> {
        const auto opened = (*epoch)->open(secret.sealed, std::as_bytes(std::span(bound_to)));
        if (opened.has_error()) return opened.error();
        const auto text = opened->reveal(storage::crypto::InsecureSecretAccess{});
        return std::string(reinterpret_cast<const char*>(text.data()), text.size());
    });
}

}  // namespace gateway::recordings
