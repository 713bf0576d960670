#include "gateway/auth/pseudonyms.hpp"

#include <span>
#include <utility>

#include "gateway/auth/refusal.hpp"
#include "storage/crypto/encoding.hpp"

namespace gateway::auth {

namespace {

constexpr std::size_t kPseudonymBytes = 16;

void append_prefixed(std::string& text, std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
}

}  // namespace

Pseudonyms::Pseudonyms(MacFunction mac, std::size_t capacity) : mac_(std::move(mac)), capacity_(capacity) {}

boost::asio::awaitable<policy::Result<Mac>> Pseudonyms::of(std::string kind, std::string realm, std::string subject) {
    std::string text;
    append_prefixed(text, kind);
    append_prefixed(text, realm);
    append_prefixed(text, subject);
    Mac known{};
    if (recall(text, known)) co_return known;
    const policy::Result<Mac> made = co_await mac_(text);
    if (!made) co_return refuse(refusals::kPseudonymUnavailable);
    remember(text, *made);
    co_return *made;
}

bool Pseudonyms::recall(const std::string& text, Mac& mac) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(text);
    if (place == places_.end()) return false;
    recent_.splice(recent_.begin(), recent_, place->second);
    mac = place->second->second;
    return true;
}

void Pseudonyms::remember(const std::string& text, const Mac& mac) {
    const std::lock_guard lock(mutex_);
    if (places_.contains(text)) return;  // another request was quicker
    recent_.emplace_front(text, mac);
    places_.emplace(text, recent_.begin());
    if (recent_.size() <= capacity_) return;
    places_.erase(recent_.back().first);
    recent_.pop_back();
}

std::string pseudonym_text(const Mac& mac) {
    return storage::crypto::to_hex(std::span(mac).first(kPseudonymBytes));
}

}  // namespace gateway::auth
