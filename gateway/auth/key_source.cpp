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

FileKeySource::FileKeySource(std::filesystem::path file, std::vector<Algorithm> allowed)
    : file_(std::move(file)), allowed_(std::move(allowed)) {}

policy::Result<bool> FileKeySource::reload() {
    const auto stamp = stamp_of(file_);
    if (!stamp) return policy::fail(policy::Code::kNotFound, "cannot read the key set " + file_.string());
    {
        const std::lock_guard lock(mutex_);
        if (set_ && stamp_ == *stamp) return false;
    }
    std::ifstream stream(file_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) return policy::fail(policy::Code::kUnavailable, "cannot read the key set " + file_.string());
    auto set = JwkSet::parse(text, allowed_);
    if (!set) return policy::fail(policy::Code::kInvalid, file_.string() + ": " + set.error().what);
    const std::lock_guard lock(mutex_);
    set_ = std::make_shared<const JwkSet>(std::move(*set));
    stamp_ = *stamp;
    return true;
}

policy::Result<std::shared_ptr<const JwkSet>> FileKeySource::current() const {
    const std::lock_guard lock(mutex_);
    if (!set_) return refuse(refusals::kKeySetUnavailable);
    return set_;
}

boost::asio::awaitable<policy::Result<std::shared_ptr<const JwkSet>>> FileKeySource::after_unknown_key(std::string) {
    co_return current();
}

}  // namespace gateway::auth
