#include "gateway/app/https_client_of.hpp"

#include <utility>

#include "gateway/app/text_file.hpp"

namespace gateway::app {

policy::Result<std::unique_ptr<storage::net::HttpsClient>> https_client_of(const std::filesystem::path& authorities) {
    auto pem = read_authorities(authorities);
    if (pem.has_error()) return pem.error();
    storage::net::HttpsClient::Options options;
    options.authorities_pem = std::move(*pem);
    auto client = storage::net::HttpsClient::make(std::move(options));
    if (client.has_error())
        return policy::fail(policy::Code::kInvalid, authorities.string() + ": " + client.error().what);
    return client;
}

}  // namespace gateway::app
