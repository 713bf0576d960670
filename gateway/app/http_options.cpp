#include "gateway/app/http_options.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace gateway::app {

using policy::Result;

namespace {

constexpr off_t kMaxKeyInBytes = off_t{1} << 20U;

Result<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in || text.empty())
        return policy::fail(policy::Code::kInvalid, file.string() + " cannot be read, or is empty");
    return text;
}

/// Straight into the text that is wiped with the options: a stream would keep a copy in its buffer, and a text that
/// grows leaves some behind.
Result<void> read_key(const std::filesystem::path& file, std::string& into) {
    const auto unreadable = [&file] {
        return policy::fail(policy::Code::kInvalid, file.string() + " cannot be read, or is empty");
    };
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return unreadable();
    struct stat facts {};
    const bool usable = ::fstat(fd, &facts) == 0 && facts.st_size > 0 && facts.st_size <= kMaxKeyInBytes;
    if (usable) into.resize(static_cast<std::size_t>(facts.st_size));
    std::size_t got = 0;
    while (usable && got < into.size()) {
        const ssize_t n = ::read(fd, into.data() + got, into.size() - got);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += static_cast<std::size_t>(n);
    }
    ::close(fd);
    if (!usable || got < into.size()) return unreadable();
    return {};
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
    const auto key = read_key(settings.server.key, out.private_key_pem);
    if (key.has_error()) return key.error();
    auto authorities = read_file(settings.server.client_ca);
    if (authorities.has_error()) return authorities.error();
    out.certificate_chain_pem = std::move(*chain);
    out.client_authorities_pem.push_back(std::move(*authorities));
    return out;
}

}  // namespace gateway::app
