#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace gateway::auth {

using Mac = std::array<std::byte, 32>;

/// HMAC-SHA256 of the text under a key of the vault. The vault may block, so what stands behind this runs it on a pool.
using MacFunction = std::function<boost::asio::awaitable<policy::Result<Mac>>(std::string)>;

/// Turns who somebody is into a name that says nothing: the MAC of kind, issuer and subject. The vault is asked once
/// for each subject, then the answer comes from memory (at most `capacity` of them, least recently used go first), so
/// that a request costs no call of a slow token.
///
/// Thread safety: from any thread; no lock is held while the vault is asked.
/// Lifetime:      must outlive every awaitable it returned.
class Pseudonyms {
  public:
    Pseudonyms(MacFunction mac, std::size_t capacity);

    /// `kind` and `realm` keep the subjects of several sources apart ("token" and an issuer's URL). The parts are
    /// length-prefixed, so no two triples give one text. kPseudonymUnavailable (refusal.hpp) when the vault does not
    /// answer.
    boost::asio::awaitable<policy::Result<Mac>> of(std::string kind, std::string realm, std::string subject);

  private:
    using Entry = std::pair<std::string, Mac>;

    bool recall(const std::string& text, Mac& mac);
    void remember(const std::string& text, const Mac& mac);

    MacFunction mac_;
    std::size_t capacity_;
    std::mutex mutex_;
    std::list<Entry> recent_;  ///< Most recently used first.
    std::map<std::string, std::list<Entry>::iterator, std::less<>> places_;
};

/// The text of a pseudonym as it stands in the log: the first 16 bytes in lowercase hexadecimal.
std::string pseudonym_text(const Mac& mac);

}  // namespace gateway::auth
