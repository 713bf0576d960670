#pragma once

// What every ObjectStore keeps, as tests. A contract executable includes this once and defines make_store_under_test();
// whichever store passes may stand behind the gateway. What a store cannot do by nature it says in StoreUnderTest.

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "storage/objects/object_store.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/run_loop.hpp"

namespace tests {

/// One empty store, alone in its place, gone with this.
class StoreUnderTest {
  public:
    virtual ~StoreUnderTest() = default;
    virtual storage::objects::ObjectStore& store() = 0;

    /// False: the store itself cannot keep a second writer from a taken name (Ceph with versioning): no gateway uses
    /// it.
    virtual bool refuses_taken_names() const { return true; }
    virtual std::uint64_t large_object_in_bytes() const { return std::uint64_t{20} << 20U; }
    virtual std::size_t many_objects() const { return 500; }
};

std::unique_ptr<StoreUnderTest> make_store_under_test();

}  // namespace tests

namespace {

namespace asio = boost::asio;
using policy::Code;
using policy::Result;
using storage::objects::Deadline;
using storage::objects::Listing;
using storage::objects::ObjectName;
using storage::objects::ObjectStore;
using tests::await;
using Bytes = std::vector<std::byte>;

Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(60);
}
Deadline past() {
    return std::chrono::steady_clock::now() - std::chrono::seconds(1);
}

ObjectName named(const std::string& text) {
    return ObjectName::parse(text).value();
}

Bytes some_bytes(std::size_t size, unsigned seed = 1) {
    std::mt19937_64 random(seed);
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random());
    return bytes;
}

/// Stores `bytes`, given in pieces of `piece`; the length told beforehand or not.
asio::awaitable<Result<void>> store_in_pieces(ObjectStore& store, ObjectName name, const Bytes& bytes,
                                              std::size_t piece, bool tell_length) {
    std::optional<std::uint64_t> length;
    if (tell_length) length = bytes.size();
    auto upload = co_await store.begin(name, length, soon());
    if (!upload) co_return upload.error();
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const auto part = std::span(bytes).subspan(at, std::min(piece, bytes.size() - at));
        const auto written = co_await (*upload)->write(part);
        if (!written) co_return written;
    }
    co_return co_await (*upload)->commit();
}

void put(ObjectStore& store, const std::string& name, const Bytes& bytes) {
    const auto stored = await(storage::objects::put_once(store, named(name), bytes, soon()));
    if (!stored) FAIL(stored.error().what);
}

Result<Bytes> get(ObjectStore& store, const std::string& name) {
    return await(storage::objects::get(store, named(name), std::size_t{1} << 30U, soon()));
}

Code code_of(const auto& result) {
    return result ? Code::kInternal : result.error().code;
}

std::vector<std::string> all_names(ObjectStore& store, const std::string& prefix, std::size_t page) {
    std::vector<std::string> names;
    std::string after;
    while (true) {
        const Listing listing = await(store.list(prefix, after, page, soon())).value();
        REQUIRE(listing.objects.size() <= page);
        for (const auto& object : listing.objects) names.push_back(object.name.text());
        if (!listing.more) return names;
        REQUIRE(listing.objects.size() == page);
        after = names.back();
    }
}

TEST_CASE("What was stored comes back byte for byte, in whatever pieces it was given") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    int number = 0;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16400}, std::size_t{262144},
                                   std::size_t{262145}, std::size_t{1000003}}) {
        for (const std::size_t piece :
             {std::size_t{1009}, std::size_t{16400}, std::size_t{262400}, std::size_t{2000000}}) {
            for (const bool tell_length : {true, false}) {
                const std::string name = "pieces/" + std::to_string(number++);
                const Bytes bytes = some_bytes(size, static_cast<unsigned>(number));
                const auto stored = await(store_in_pieces(store, named(name), bytes, piece, tell_length));
                INFO(size << " in pieces of " << piece);
                REQUIRE(stored.has_value());
                REQUIRE(get(store, name).value() == bytes);
            }
        }
    }
}

TEST_CASE("A large object is stored in pieces and read in ranges") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    const Bytes bytes = some_bytes(under_test->large_object_in_bytes() + 7, 42);
    REQUIRE(await(store_in_pieces(store, named("large/one"), bytes, 262400, false)).has_value());
    const auto object = await(store.open(named("large/one"), soon())).value();
    REQUIRE(object->size_in_bytes() == bytes.size());
    std::mt19937_64 random(3);
    for (int i = 0; i < 50; ++i) {
        const std::uint64_t offset = random() % bytes.size();
        Bytes out(random() % 300000 + 1);
        const std::size_t expected = std::min<std::size_t>(out.size(), bytes.size() - offset);
        REQUIRE(await(object->read(offset, out, soon())).value() == expected);
        REQUIRE(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(expected),
                           bytes.begin() + static_cast<std::ptrdiff_t>(offset)));
    }
}

TEST_CASE("Reading at and past the end gives nothing, and a range over the end is cut") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    put(store, "ends/one", some_bytes(100));
    const auto object = await(store.open(named("ends/one"), soon())).value();
    Bytes out(50);
    REQUIRE(await(object->read(100, out, soon())).value() == 0);
    REQUIRE(await(object->read(UINT64_MAX, out, soon())).value() == 0);
    REQUIRE(await(object->read(0, std::span<std::byte>(), soon())).value() == 0);
    REQUIRE(await(object->read(80, out, soon())).value() == 20);
}

TEST_CASE("Many read one object at once") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    const Bytes bytes = some_bytes(500000, 5);
    put(store, "shared/one", bytes);
    const auto object = await(store.open(named("shared/one"), soon())).value();
    std::vector<Bytes> outs(40, Bytes(10000));
    std::vector<asio::awaitable<Result<std::size_t>>> reads;
    for (std::size_t i = 0; i < outs.size(); ++i) reads.push_back(object->read(i * 12000, outs[i], soon()));
    for (const auto& read : tests::await_all(std::move(reads))) REQUIRE(read.value() == 10000);
    for (std::size_t i = 0; i < outs.size(); ++i) {
        REQUIRE(std::equal(outs[i].begin(), outs[i].end(), bytes.begin() + static_cast<std::ptrdiff_t>(i * 12000)));
    }
}

TEST_CASE("Nothing is visible before the commit") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    auto upload = await(store.begin(named("unseen/one"), std::nullopt, soon())).value();
    const Bytes bytes = some_bytes(600000);
    REQUIRE(await(upload->write(bytes)).has_value());
    REQUIRE(code_of(get(store, "unseen/one")) == Code::kNotFound);
    REQUIRE(all_names(store, "", 10).empty());
    REQUIRE(await(upload->commit()).has_value());
    REQUIRE(get(store, "unseen/one").value() == bytes);
}

TEST_CASE("An upload that is aborted or dropped leaves no object, and its name is free") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    const Bytes bytes = some_bytes(600000);
    for (const bool abort : {true, false}) {
        auto upload = await(store.begin(named("dropped/one"), std::nullopt, soon())).value();
        REQUIRE(await(upload->write(bytes)).has_value());
        if (abort) {
            await(upload->abort());
            REQUIRE_FALSE(await(upload->write(bytes)).has_value());
            REQUIRE_FALSE(await(upload->commit()).has_value());
        }
        upload.reset();
        REQUIRE(code_of(get(store, "dropped/one")) == Code::kNotFound);
        REQUIRE(all_names(store, "", 10).empty());
    }
    put(store, "dropped/one", bytes);
}

TEST_CASE("The announced length is kept: more and fewer bytes are refused, and leave nothing") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    const Bytes bytes = some_bytes(101);
    auto longer = await(store.begin(named("length/one"), 100, soon())).value();
    REQUIRE(code_of(await(longer->write(bytes))) == Code::kTooLarge);
    REQUIRE(code_of(await(longer->commit())) == Code::kTooLarge);
    auto shorter = await(store.begin(named("length/one"), 102, soon())).value();
    REQUIRE(await(shorter->write(bytes)).has_value());
    REQUIRE(code_of(await(shorter->commit())) == Code::kInvalid);
    longer.reset();
    shorter.reset();
    REQUIRE(code_of(get(store, "length/one")) == Code::kNotFound);
}

TEST_CASE("A taken name is a conflict and its object stays as it is") {
    const auto under_test = tests::make_store_under_test();
    if (!under_test->refuses_taken_names()) return;
    ObjectStore& store = under_test->store();
    const Bytes first = some_bytes(1000, 1);
    put(store, "taken/one", first);
    REQUIRE(code_of(await(store_in_pieces(store, named("taken/one"), some_bytes(1000, 2), 1000, true))) ==
            Code::kConflict);
    REQUIRE(code_of(await(store_in_pieces(store, named("taken/one"), first, 1000, true))) == Code::kConflict);
    REQUIRE(get(store, "taken/one").value() == first);
}

TEST_CASE("Of twenty who write one name at once exactly one wins") {
    const auto under_test = tests::make_store_under_test();
    if (!under_test->refuses_taken_names()) return;
    ObjectStore& store = under_test->store();
    std::vector<Bytes> contents;
    for (unsigned i = 0; i < 20; ++i) contents.push_back(some_bytes(20000, i));
    std::vector<asio::awaitable<Result<void>>> writers;
    for (const Bytes& bytes : contents) writers.push_back(store_in_pieces(store, named("race/one"), bytes, 5000, true));
    const auto outcomes = tests::await_all(std::move(writers));
    std::size_t winner = contents.size();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i]) {
            REQUIRE(winner == contents.size());
            winner = i;
        } else {
            REQUIRE(outcomes[i].error().code == Code::kConflict);
        }
    }
    REQUIRE(winner < contents.size());
    REQUIRE(get(store, "race/one").value() == contents[winner]);
}

TEST_CASE("put_once takes the same bytes again, for ever, and other bytes never") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    const Bytes bytes = some_bytes(5000, 1);
    for (int i = 0; i < 3; ++i) put(store, "once/one", bytes);
    if (!under_test->refuses_taken_names()) return;
    using storage::objects::put_once;
    REQUIRE(code_of(await(put_once(store, named("once/one"), some_bytes(5000, 2), soon()))) == Code::kConflict);
    REQUIRE(code_of(await(put_once(store, named("once/one"), some_bytes(4999, 1), soon()))) == Code::kConflict);
    REQUIRE(code_of(await(put_once(store, named("once/one"), some_bytes(5001, 1), soon()))) == Code::kConflict);
    REQUIRE(get(store, "once/one").value() == bytes);
}

TEST_CASE("get refuses what is larger than asked for") {
    const auto under_test = tests::make_store_under_test();
    put(under_test->store(), "bound/one", some_bytes(101));
    REQUIRE(code_of(await(storage::objects::get(under_test->store(), named("bound/one"), 100, soon()))) ==
            Code::kTooLarge);
}

TEST_CASE("What is not there is not found, a prefix of a name too") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    put(store, "deep/below/one", some_bytes(10));
    for (const auto* name : {"nothing", "deep", "deep/below", "deep/below/on", "deep/below/one/more"}) {
        REQUIRE(code_of(await(store.open(named(name), soon()))) == Code::kNotFound);
    }
}

TEST_CASE("A removed object is gone, removing nothing is fine, and the name may be used again") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    for (unsigned round = 0; round < 3; ++round) {
        put(store, "removed/a/one", some_bytes(10, round));
        put(store, "removed/a/two", some_bytes(10, round));
        REQUIRE(await(store.remove(named("removed/a/one"), soon())).has_value());
        REQUIRE(await(store.remove(named("removed/a/one"), soon())).has_value());
        REQUIRE(code_of(get(store, "removed/a/one")) == Code::kNotFound);
        REQUIRE(get(store, "removed/a/two").value() == some_bytes(10, round));
        REQUIRE(all_names(store, "", 10) == std::vector<std::string>{"removed/a/two"});
        REQUIRE(await(store.remove(named("removed/a/two"), soon())).has_value());
        REQUIRE(all_names(store, "", 10).empty());
    }
    REQUIRE(await(store.remove(named("never/was/here"), soon())).has_value());
}

TEST_CASE("Many are removed in one go, repeats and absent ones among them, and nothing else is") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    std::vector<ObjectName> doomed;
    for (std::size_t i = 0; i < under_test->many_objects(); ++i) {
        const std::string name = "day/" + std::to_string(i % 16) + "/" + std::to_string(i);
        put(store, name, some_bytes(20));
        if (i % 5 != 0) doomed.push_back(named(name));
    }
    doomed.push_back(doomed.front());
    doomed.push_back(named("day/never"));
    doomed.push_back(named("other/never"));
    REQUIRE(await(store.remove_many(doomed, soon())).has_value());
    const auto left = all_names(store, "", 100);
    REQUIRE(left.size() == (under_test->many_objects() + 4) / 5);
    for (const auto& name : doomed) REQUIRE(std::find(left.begin(), left.end(), name.text()) == left.end());
    REQUIRE(await(store.remove_many(doomed, soon())).has_value());
    REQUIRE(await(store.remove_many({}, soon())).has_value());
    REQUIRE(all_names(store, "", 100).size() == left.size());
}

TEST_CASE("An object that is open may be removed, and is no longer found") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    put(store, "held/one", some_bytes(10));
    const auto object = await(store.open(named("held/one"), soon())).value();
    REQUIRE(await(store.remove(named("held/one"), soon())).has_value());
    REQUIRE(code_of(await(store.open(named("held/one"), soon()))) == Code::kNotFound);
}

TEST_CASE("A listing is in byte order, whole whatever the page, and knows prefix and size") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    // "-" and "." sort before "/", and "0" after it: the traps of a folder walk.
    std::vector<std::string> names{"a",    "b/a",     "b/b/c", "b-b/x", "b.b",  "b0",  "b/b.x",    "b/b-x/y",
                                   "b/b0", "b/b/a/z", "B/one", "c/1",   "c/10", "c/2", "c/10.p/5", "z"};
    for (std::size_t i = 0; i < names.size(); ++i) put(store, names[i], some_bytes(i));
    auto sorted = names;
    std::sort(sorted.begin(), sorted.end());
    for (const std::size_t page :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{16}, std::size_t{1000}})
        REQUIRE(all_names(store, "", page) == sorted);
    for (const std::string prefix : {"b", "b/", "b/b", "b/b/", "c/1", "c/10", "c/10.p/", "q", "z", "b-"}) {
        std::vector<std::string> expected;
        for (const auto& name : sorted) {
            if (name.starts_with(prefix)) expected.push_back(name);
        }
        INFO(prefix);
        REQUIRE(all_names(store, prefix, 2) == expected);
    }
    for (const std::string after : {"", "a", "b", "b.", "b/b", "b/b/", "b/zzz", "b0", "zz"}) {
        std::vector<std::string> expected;
        for (const auto& name : sorted) {
            if (name > after) expected.push_back(name);
        }
        std::vector<std::string> found;
        const Listing listing = await(store.list("", after, 1000, soon())).value();
        for (const auto& object : listing.objects) found.push_back(object.name.text());
        INFO(after);
        REQUIRE(found == expected);
    }
    const Listing listing = await(store.list("", "", 1000, soon())).value();
    for (const auto& object : listing.objects) {
        const auto index = std::find(names.begin(), names.end(), object.name.text()) - names.begin();
        REQUIRE(object.size_in_bytes == static_cast<std::uint64_t>(index));
        const auto age = std::chrono::system_clock::now() - object.stored_at;
        REQUIRE(age < std::chrono::minutes(5));
        REQUIRE(age > -std::chrono::minutes(5));
    }
}

TEST_CASE("A listing asked for nonsense is refused") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    for (const std::string text : {"/", "../", "a//b", ".hidden", "a/../b"}) {
        REQUIRE(code_of(await(store.list(text, "", 10, soon()))) == Code::kInvalid);
        REQUIRE(code_of(await(store.list("", text, 10, soon()))) == Code::kInvalid);
    }
    REQUIRE(code_of(await(store.list("", "", 0, soon()))) == Code::kInvalid);
    REQUIRE(code_of(await(store.list("", "", 10001, soon()))) == Code::kInvalid);
}

TEST_CASE("Past its deadline a store does nothing") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    put(store, "late/one", some_bytes(10));
    REQUIRE(code_of(await(store.begin(named("late/two"), 1, past()))) == Code::kDeadline);
    REQUIRE(code_of(await(store.open(named("late/one"), past()))) == Code::kDeadline);
    REQUIRE(code_of(await(store.list("", "", 10, past()))) == Code::kDeadline);
    REQUIRE(code_of(await(store.remove(named("late/one"), past()))) == Code::kDeadline);
    REQUIRE(code_of(await(store.remove_many({named("late/one")}, past()))) == Code::kDeadline);
    REQUIRE(get(store, "late/one").has_value());
    auto upload = await(store.begin(named("late/two"), std::nullopt,
                                    std::chrono::steady_clock::now() + std::chrono::milliseconds(300)))
                      .value();
    REQUIRE(await(upload->write(some_bytes(10))).has_value());
    std::this_thread::sleep_for(std::chrono::milliseconds(310));
    REQUIRE(code_of(await(upload->commit())) == Code::kDeadline);
    REQUIRE(code_of(get(store, "late/two")) == Code::kNotFound);
}

TEST_CASE("Uploads, removals and listings at once do not disturb each other") {
    const auto under_test = tests::make_store_under_test();
    ObjectStore& store = under_test->store();
    const Bytes bytes = some_bytes(3000);
    for (int round = 0; round < 5; ++round) {
        // All in two folders that are emptied, so that folders vanish and are made again under the writers' hands.
        std::vector<asio::awaitable<Result<void>>> work;
        for (int i = 0; i < 40; ++i) {
            const std::string name =
                "churn/" + std::to_string(i % 2) + "/" + std::to_string(round) + "-" + std::to_string(i);
            work.push_back(store_in_pieces(store, named(name), bytes, 1000, true));
            if (round > 0) {
                const std::string old =
                    "churn/" + std::to_string(i % 2) + "/" + std::to_string(round - 1) + "-" + std::to_string(i);
                work.push_back(store.remove(named(old), soon()));
            }
        }
        for (const auto& outcome : tests::await_all(std::move(work))) {
            if (!outcome) FAIL(outcome.error().what);
        }
        REQUIRE(all_names(store, "churn/", 7).size() == 40);
    }
}

}  // namespace
