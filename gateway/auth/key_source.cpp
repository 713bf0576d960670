#include "gateway/auth/key_source.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "gateway/auth/refusal.hpp"

namespace gateway::auth {

namespace {

/// What changes when a file was edited or replaced; nothing when it is not there, or no file.
std::optional<std::string> stamp_of(const std::filesystem::path& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
    return std::to_string(facts.st_dev) + ':' + std::to_string(facts.st_ino) + ':' + std::to_string(facts.st_size) +
           ':' + std::to_string(facts.st_mtim.tv_sec) + ':' + std::to_string(facts.st_mtim.tv_nsec);
}

}  // namespace

policy::Result<KeySource::Keys> KeySource::current() const {
    const std::lock_guard lock(mutex_);
    if (!set_) return refuse(refusals::kKeySetUnavailable);
    return set_;
}

boost::asio::awaitable<policy::Result<KeySource::Keys>> KeySource::after_unknown_key(std::string,
                                                                                     storage::async::Deadline) {
    co_return current();
}

bool KeySource::take_lost() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lost_, false);
}

void KeySource::inherit(const KeySource& before) {
    if (before.origin() != origin()) return;
    const auto known = before.current();
    const std::lock_guard lock(mutex_);
    if (known.has_value() && !set_) set_ = *known;
}

void KeySource::adopt(JwkSet set) {
    auto fresh = std::make_shared<const JwkSet>(std::move(set));
    const std::lock_guard lock(mutex_);
    if (set_ && !fresh->keeps(*set_)) lost_ = true;
    set_ = std::move(fresh);
}

std::string names_of(const std::vector<Algorithm>& algorithms) {
    std::string out;
    for (const auto algorithm : algorithms) out += ' ' + std::string(name_of(algorithm));
    return out;
}

FileKeySource::FileKeySource(std::filesystem::path file, std::vector<Algorithm> allowed)
    : file_(std::move(file)), allowed_(std::move(allowed)) {}

std::string FileKeySource::origin() const {
    return "file:" + file_.string() + names_of(allowed_);
}

policy::Result<bool> FileKeySource::read() {
    const std::lock_guard lock(reading_);
    const auto stamp = stamp_of(file_);
    if (!stamp) return policy::fail(policy::Code::kNotFound, "cannot read the key set " + file_.string());
    if (stamp_ == *stamp) return false;
    std::ifstream stream(file_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) return policy::fail(policy::Code::kUnavailable, "cannot read the key set " + file_.string());
    auto set = JwkSet::parse(text, allowed_);
    if (!set) return policy::fail(policy::Code::kInvalid, file_.string() + ": " + set.error().what);
    adopt(std::move(*set));
    stamp_ = *stamp;
    return true;
}

boost::asio::awaitable<policy::Result<void>> FileKeySource::reload(storage::async::BlockingPool& pool,
                                                                   storage::async::Deadline) {
    const auto done = co_await pool.run([this] { return read(); });
    if (done.has_error()) co_return done.error();
    co_return policy::Result<void>{};
}

}  // namespace gateway::auth
