#include "storage/audit/word.hpp"

#include <mutex>
#include <set>
#include <stdexcept>
#include <string>

namespace storage::audit {

Word Word::checked(std::string_view text) {
    if (!is_word(text)) throw std::logic_error("an enumerator's text is no word");
    return Word(Static{}, text);
}

policy::Result<Word> Word::from_configuration(std::string_view text) {
    static constexpr std::size_t kMaxWords = 4096;
    static std::mutex mutex;
    static std::set<std::string, std::less<>> words;  // Nodes never move: views into them stay good.
    if (!is_word(text)) {
        return policy::fail(policy::Code::kInvalid, "a code has 1 to 48 characters of a-z 0-9 _ . -");
    }
    const std::lock_guard lock(mutex);
    auto found = words.find(text);
    if (found == words.end()) {
        if (words.size() == kMaxWords) return policy::fail(policy::Code::kTooLarge, "too many codes");
        found = words.emplace(text).first;
    }
    return Word(Static{}, *found);
}

}  // namespace storage::audit
