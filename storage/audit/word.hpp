#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "policy/result.hpp"

namespace storage::audit {

/// policy's text(), found by argument-dependent lookup (Word has a member of that name).
template <class Enum>
std::string_view wire_form_of(Enum value) {
    return text(value);
}

/// A code word: what the audit log uses instead of text. 1 to 48 characters of a-z, 0-9, '_', '.' and '-'.
///
/// A Word comes from a literal of the source, checked by the compiler, from an enumerator of policy, or from the
/// configuration. There is no way to make one from text that a caller sent: that is what keeps names, numbers and
/// remarks out of a log that nobody can erase from.
class Word {
  public:
    static constexpr std::size_t kMaxSize = 48;

    /// From a literal: `entry.reason("team_not_allowed")`. A bad character does not compile.
    consteval Word(const char* literal) : text_(literal) {  // NOLINT(google-explicit-constructor)
        if (!is_word(text_)) throw "a word has 1 to 48 characters of a-z 0-9 _ . -";
    }

    /// The wire form of an enumerator of policy: `Word::of(policy::DenyReason::kHeld)`. (Its text() is of static
    /// storage.) Throws std::logic_error should that text not be a word.
    template <class Enum>
    requires std::is_enum_v<Enum>
    static Word of(Enum value) { return checked(wire_form_of(value)); }

    /// A code that the site's configuration defines: a retention class, a store's name. Never call this with anything
    /// that came in a request: it is the one door, and this is the word to grep for. Keeps its own copy for ever; at
    /// most 4096 different ones. kInvalid when it is not a word.
    static policy::Result<Word> from_configuration(std::string_view text);

    constexpr std::string_view text() const noexcept { return text_; }
    friend constexpr bool operator==(const Word&, const Word&) = default;

    static constexpr bool is_word(std::string_view text) {
        if (text.empty() || text.size() > kMaxSize) return false;
        for (const char c : text) {
            const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
            if (!good) return false;
        }
        return true;
    }

  private:
    struct Static {};
    constexpr Word(Static, std::string_view text) : text_(text) {}
    static Word checked(std::string_view text);

    std::string_view text_;  // Of static storage, always.
};

}  // namespace storage::audit
