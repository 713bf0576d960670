#include "storage/keys/data_key_cache.hpp"

#include <algorithm>
#include <utility>

namespace storage::keys {

DataKeyCache::DataKeyCache(std::size_t max_keys, std::chrono::steady_clock::duration max_age)
    : max_keys_(max_keys), max_age_(max_age) {}

DataKeyCache::Ticket DataKeyCache::begin() const {
    const std::scoped_lock lock(mutex_);
    Ticket ticket;
    ticket.drops_ = drops_;
    return ticket;
}

std::optional<AudioKey> DataKeyCache::get(policy::RecordingId recording, Time now) const {
    const std::scoped_lock lock(mutex_);
    const auto found = keys_.find(recording);
    if (found == keys_.end() || now - found->second.unwrapped_at > max_age_) return std::nullopt;
    return found->second.key.clone();
}

void DataKeyCache::put(Ticket ticket, policy::RecordingId recording, const AudioKey& key, Time unwrapped_at) {
    const std::scoped_lock lock(mutex_);
    if (max_keys_ == 0 || ticket.drops_ != drops_) return;
    std::erase_if(keys_, [&](const auto& entry) { return unwrapped_at - entry.second.unwrapped_at > max_age_; });
    keys_.insert_or_assign(recording, Entry{key.clone(), unwrapped_at});
    if (keys_.size() <= max_keys_) return;
    keys_.erase(std::ranges::min_element(keys_, {}, [](const auto& entry) { return entry.second.unwrapped_at; }));
}

void DataKeyCache::drop(policy::RecordingId recording) {
    const std::scoped_lock lock(mutex_);
    ++drops_;
    keys_.erase(recording);
}

void DataKeyCache::drop_all() {
    const std::scoped_lock lock(mutex_);
    ++drops_;
    keys_.clear();
}

void DataKeyCache::sweep(Time now) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(keys_, [&](const auto& entry) { return now - entry.second.unwrapped_at > max_age_; });
}

std::size_t DataKeyCache::size() const {
    const std::scoped_lock lock(mutex_);
    return keys_.size();
}

}  // namespace storage::keys
