#include "storage/keys/data_key_cache.hpp"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "storage/crypto/random.hpp"

namespace {

using namespace std::chrono_literals;
using policy::RecordingId;
using storage::crypto::Key256;
using storage::crypto::random_id;
using storage::keys::AudioKey;
using storage::keys::DataKeyCache;

const DataKeyCache::Time kStart{};

AudioKey some_key() {
    return {Key256::random(), random_id<policy::LogId>()};
}

TEST_CASE("A data key is given out for 60 s after it was unwrapped, however often it is used") {
    DataKeyCache cache(10);
    const auto call = random_id<RecordingId>();
    const AudioKey key = some_key();
    cache.put(cache.begin(), call, key, kStart);
    for (const auto age : {0s, 30s, 59s, 60s}) {
        const auto kept = cache.get(call, kStart + age).value();
        REQUIRE(Key256::equal(kept.data_key, key.data_key));
        REQUIRE(kept.log_id == key.log_id);
    }
    REQUIRE_FALSE(cache.get(call, kStart + 60001ms).has_value());
    REQUIRE(cache.size() == 1);
    cache.sweep(kStart + 60001ms);
    REQUIRE(cache.size() == 0);
}

TEST_CASE("A dropped key is gone at once, also when it was being unwrapped meanwhile") {
    DataKeyCache cache(10);
    const auto call = random_id<RecordingId>();
    const auto ticket = cache.begin();
    cache.put(ticket, call, some_key(), kStart);
    cache.drop(call);
    REQUIRE_FALSE(cache.get(call, kStart).has_value());
    cache.put(ticket, call, some_key(), kStart);  // asked for before the drop
    REQUIRE_FALSE(cache.get(call, kStart).has_value());
    cache.put(cache.begin(), call, some_key(), kStart);
    REQUIRE(cache.get(call, kStart).has_value());
    cache.drop_all();
    REQUIRE(cache.size() == 0);
}

TEST_CASE("The cache keeps at most its number of keys: the oldest goes") {
    DataKeyCache cache(3);
    std::vector<RecordingId> calls;
    for (int i = 0; i < 5; ++i) {
        calls.push_back(random_id<RecordingId>());
        cache.put(cache.begin(), calls.back(), some_key(), kStart + std::chrono::seconds(i));
    }
    REQUIRE(cache.size() == 3);
    REQUIRE_FALSE(cache.get(calls[0], kStart + 5s).has_value());
    REQUIRE_FALSE(cache.get(calls[1], kStart + 5s).has_value());
    REQUIRE(cache.get(calls[4], kStart + 5s).has_value());
    DataKeyCache none(0);
    none.put(none.begin(), calls[0], some_key(), kStart);
    REQUIRE(none.size() == 0);
}

TEST_CASE("Threads put, get and drop at once") {
    DataKeyCache cache(50);
    std::vector<RecordingId> calls;
    for (int i = 0; i < 20; ++i) calls.push_back(random_id<RecordingId>());
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&, number] {
            for (int round = 0; round < 500; ++round) {
                const auto& call = calls[static_cast<std::size_t>(round * (number + 1)) % calls.size()];
                cache.put(cache.begin(), call, some_key(), kStart);
                static_cast<void>(cache.get(call, kStart));
                if (round % 7 == 0) cache.drop(call);
                if (round % 100 == 0) cache.sweep(kStart);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    REQUIRE(cache.size() <= 20);
}

}  // namespace
