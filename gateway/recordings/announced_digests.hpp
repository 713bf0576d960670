#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gateway/http/content_digest.hpp"
#include "gateway/http/request.hpp"
#include "policy/result.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/crypto/sha512.hpp"

namespace gateway::recordings {

/// Hashes audio while it comes in, and compares it with what the client announced (RFC 9530): Content-Digest covers the
/// body as sent, Repr-Digest the audio; of a raw PUT both are the same bytes, of a form only the second is looked at.
class AnnouncedDigests {
  public:
    /// kInvalid: a field is not of RFC 9530's form. Algorithms that nobody asked of us are passed over.
    static policy::Result<AnnouncedDigests> of(const http::Request& request);

    void update(std::span<const std::byte> audio);
    /// SHA-256 of all of it, which is what is kept.
    storage::crypto::Digest256 finish();
    /// After finish(): whether every announced digest is that of what came.
    bool match() const noexcept { return match_; }

  private:
    AnnouncedDigests() = default;

    std::vector<http::ContentDigest> announced_;
    storage::crypto::Sha256 sha256_;
    std::optional<storage::crypto::Sha512> sha512_;
    bool match_ = false;
};

}  // namespace gateway::recordings
