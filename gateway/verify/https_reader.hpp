#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/verify/log_source.hpp"

namespace gateway::verify {

/// Who the server must be, and who asks.
struct HttpsOptions {
    std::filesystem::path authorities;      ///< PEM; empty: the system's.
    std::filesystem::path certificate;      ///< PEM, of a client; empty: none.
    std::filesystem::path certificate_key;  ///< PEM; empty: in the file of the certificate.
    std::string token;                      ///< Access token (Bearer); empty: none.
};

/// A log that a tlog-tiles server gives out, under an address such as https://host/log: its checkpoint and its tiles,
/// asked for over TLS 1.3, one after the other, on one connection. Entry bundles are for auditors: there must be a
/// token or a certificate that the server knows.
class LogUrl final : public LogSource {
  public:
    /// Throws Unreadable for an address that is no https address, and for files that cannot be read.
    LogUrl(std::string_view address, const HttpsOptions& options);
    ~LogUrl() override;

    std::vector<StoredCheckpoint> checkpoints() const override;

  private:
    std::optional<std::string> get(const std::string& path, std::size_t limit) const override;

    class Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace gateway::verify
