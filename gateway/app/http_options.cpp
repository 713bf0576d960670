#include "gateway/app/http_options.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace gateway::app {

using policy::Result;

namespace {

Result<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in || text.empty())
        return policy::fail(policy::Code::kInvalid, file.string() + " cannot be read, or is empty");
    return text;
}

}  // namespace

http::Limits http_limits_of(const Settings& settings) {
    const auto& from = settings.limits;
    http::Limits out;
    out.head.request_line_bytes = from.request_line_bytes;
    out.head.head_bytes = from.header_bytes;
    out.head.fields = from.header_fields;
    out.handshake_time = from.tls_handshake;
    out.head_time = from.header_time;
    out.keep_alive = from.keep_alive;
    out.body_grace = from.body_grace;
    out.body_bytes_per_second = from.body_bytes_per_second;
    out.connections = from.connections;
    return out;
}

Result<http::TlsOptions> tls_options_of(const Settings& settings) {
    http::TlsOptions out;
    auto chain = read_file(settings.server.certificate);
    if (chain.has_error()) return chain.error();
    auto key = read_file(settings.server.key);
    if (key.has_error()) return key.error();
    auto authorities = read_file(settings.server.client_ca);
    if (authorities.has_error()) return authorities.error();
    out.certificate_chain_pem = std::move(*chain);
    out.private_key_pem = std::move(*key);
    out.client_authorities_pem.push_back(std::move(*authorities));
    return out;
}

}  // namespace gateway::app
