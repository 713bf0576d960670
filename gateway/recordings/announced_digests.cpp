#include "gateway/recordings/announced_digests.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace gateway::recordings {

namespace {

template <class Announced, class Digest>
bool same(const Announced& announced, const Digest& digest) {
    return std::ranges::equal(std::as_bytes(std::span(announced)), digest);
}

}  // namespace

policy::Result<AnnouncedDigests> AnnouncedDigests::of(const http::Request& request) {
    AnnouncedDigests out;
    for (const std::string_view name : {"content-digest", "repr-digest"}) {
        if (name == "content-digest" && request.method() != http::Method::kPut) continue;
        const auto field = request.header(name);
        if (!field) continue;
        auto announced = http::parse_content_digest(*field);
        if (announced.has_error()) return announced.error();
        if (announced->sha512 && !out.sha512_) out.sha512_.emplace();
        out.announced_.push_back(*announced);
    }
    return out;
}

void AnnouncedDigests::update(std::span<const std::byte> audio) {
    sha256_.update(audio);
    if (sha512_) sha512_->update(audio);
}

storage::crypto::Digest256 AnnouncedDigests::finish() {
    const auto digest = sha256_.finish();
    storage::crypto::Digest512 longer{};
    if (sha512_) longer = sha512_->finish();
    match_ = std::ranges::all_of(announced_, [&](const http::ContentDigest& announced) {
        return (!announced.sha256 || same(*announced.sha256, digest)) &&
               (!announced.sha512 || same(*announced.sha512, longer));
    });
    return digest;
}

}  // namespace gateway::recordings
