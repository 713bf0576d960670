// A move from one store to another, and what others do to its objects meanwhile, each as a process of its own has it.
#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <set>
#include <stdexcept>

#include "storage/objects/store_move.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/faulty_store.hpp"
#include "tests/support/hooked_store.hpp"
#include "tests/support/two_stores.hpp"
#include "tests/unit/storage/objects/store_fixture.hpp"

namespace {

using policy::Code;
using policy::Result;
using storage::objects::MovingStore;
using storage::objects::ObjectStore;
using storage::objects::StoreMove;
using tests::await;
using tests::Bytes;
using tests::HookedStore;
using tests::named;
using tests::some_bytes;
using tests::soon;
using tests::TwoFileStores;

const std::string kCall = "recordings/2026-12-24/3f/3f00";

void put(ObjectStore& store, const std::string& name, const Bytes& bytes) {
    REQUIRE(await(storage::objects::put_once(store, named(name), bytes, soon())).has_value());
}

Result<Bytes> get(ObjectStore& store, const std::string& name) {
    return await(storage::objects::get(store, named(name), std::size_t{1} << 30U, soon()));
}

bool has(ObjectStore& store, const std::string& name) {
    return await(store.open(named(name), soon())).has_value();
}

std::vector<std::string> names_in(ObjectStore& store) {
    std::vector<std::string> out;
    const auto listing = await(store.list("", "", 10000, soon())).value();
    for (const auto& object : listing.objects) out.push_back(object.name.text());
    return out;
}

StoreMove::Living alive(std::set<std::string> names) {
    return [names = std::move(names)](
               std::vector<std::string> asked) -> boost::asio::awaitable<Result<std::vector<std::string>>> {
        std::vector<std::string> out;
        for (auto& name : asked) {
            if (names.contains(name)) out.push_back(std::move(name));
        }
        co_return out;
    };
}

boost::asio::awaitable<Result<void>> unplaced(std::vector<std::string>) {
    co_return Result<void>();
}

/// Steps to the end; its figures.
StoreMove::Figures move_all(MovingStore& store, const std::set<std::string>& living = {}) {
    StoreMove move(store, alive(living), unplaced);
    while (await(move.step()).value()) {
    }
    return move.figures();
}

/// Something that one thread waits for and another one tells.
class Event {
  public:
    void tell() {
        const std::lock_guard lock(mutex_);
        told_ = true;
        change_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        if (!change_.wait_for(lock, std::chrono::seconds(30), [this] { return told_; }))
            throw std::runtime_error("what the test waits for does not happen");
    }

  private:
    std::mutex mutex_;
    std::condition_variable change_;
    bool told_ = false;
};

void write_page(ObjectStore& to, std::vector<storage::objects::ObjectName> names, std::chrono::seconds allowed) {
    const auto page = storage::objects::page_over(std::move(names), allowed);
    REQUIRE(await(storage::objects::begin_page(to, page, soon())).has_value());
}

/// Wraps a store in a hook.
TwoFileStores::Wrap hooked(HookedStore::Hook hook) {
    return [hook = std::move(hook)](std::unique_ptr<ObjectStore> store) {
        return std::make_unique<HookedStore>(std::move(store), hook);
    };
}

TEST_CASE("A move leaves nothing behind, and everything reads as before") {
    TwoFileStores stores;
    std::map<std::string, Bytes> objects;
    for (unsigned i = 0; i < 150; ++i)
        objects["recordings/2026-12-24/" + std::to_string(i % 16) + "/" + std::to_string(i)] = some_bytes(100 * i, i);
    objects["ledger/00000000000000000000"] = some_bytes(300, 200);
    objects["log/checkpoint/00000000000000000007"] = some_bytes(200, 201);
    objects["recordings/2026-12-24/ff/large"] = some_bytes(3'000'001, 202);
    for (const auto& [name, bytes] : objects) put(stores.store().from(), name, bytes);
    put(stores.store(), "log/checkpoint/00000000000000000008", some_bytes(200, 203));
    const auto figures = move_all(stores.store());
    CHECK(figures.objects == objects.size());
    CHECK(figures.stuck == 0);
    CHECK(names_in(stores.store().from()).empty());
    CHECK(names_in(stores.store().to()).size() == objects.size() + 1);
    for (const auto& [name, bytes] : objects) REQUIRE(get(stores.store(), name).value() == bytes);
    CHECK(move_all(stores.store()).objects == 0);
}

// The remover has looked into both stores before the copy is there: it would miss it.
TEST_CASE("What is purged between the copy's beginning and its end is in neither store") {
    TwoFileStores stores;
    put(stores.store().from(), kCall, some_bytes(1000));
    Event looked;
    const auto purger = stores.another(hooked([&](std::string_view what, const std::string& name) {
        if (what == "removed" && name == kCall) looked.tell();
    }));
    std::future<Result<void>> purged;
    const auto mover = stores.another(hooked([&](std::string_view what, const std::string& name) {
        if (what != "commit" || name != kCall) return;
        purged = std::async(std::launch::async, [&] { return await(purger->remove(named(kCall), soon())); });
        looked.wait();
    }));
    const auto figures = move_all(*mover);
    REQUIRE(purged.get().has_value());
    CHECK(figures.stuck == 0);
    CHECK_FALSE(has(stores.store().from(), kCall));
    CHECK_FALSE(has(stores.store().to(), kCall));
    CHECK(names_in(stores.store()).empty());
}

TEST_CASE("A purge does not end while a killed move may have left a copy, and the next run lets it end") {
    TwoFileStores stores;
    put(stores.store().from(), kCall, some_bytes(1000));
    // Its copy comes behind the removal, and it is killed before it can look back.
    const auto killed = stores.another(hooked([&](std::string_view what, const std::string& name) {
        if (what == "commit" && name == kCall) {
            REQUIRE(await(stores.store().from().remove(named(kCall), soon())).has_value());
            REQUIRE(await(stores.store().to().remove(named(kCall), soon())).has_value());
        }
        if (what == "committed" && name == kCall) throw std::runtime_error("killed");
    }));
    StoreMove move(*killed, alive({}), unplaced);
    REQUIRE_THROWS(await(move.step()));
    REQUIRE(has(stores.store().to(), kCall));
    const auto shortly = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    const auto waits = await(stores.store().remove(named(kCall), shortly));
    REQUIRE_FALSE(waits.has_value());
    CHECK((waits.error().code == Code::kUnavailable || waits.error().code == Code::kDeadline));
    CHECK(await(stores.store().remove(named("recordings/2026-12-24/3f/other"), soon())).has_value());
    move_all(stores.store());
    CHECK(await(stores.store().remove(named(kCall), soon())).has_value());
    CHECK(names_in(stores.store()).empty());
}

TEST_CASE("The next run takes away what a killed one copied behind a purge, and nothing that lives") {
    TwoFileStores stores;
    const std::string living = "recordings/2026-12-24/3f/3f01";
    const std::string tile = "log/tile/0/000.p/3";
    for (const auto& name : {kCall, living, tile}) put(stores.store().to(), name, some_bytes(10));
    std::vector<storage::objects::ObjectName> names{named(kCall), named(living), named(tile)};
    write_page(stores.store().to(), names, std::chrono::seconds(60));
    move_all(stores.store(), {living});
    CHECK(names_in(stores.store()) == std::vector<std::string>{tile, living});
}

TEST_CASE("A page of the dead holds a removal up only for as long as it was allowed") {
    TwoFileStores stores;
    put(stores.store().to(), kCall, some_bytes(10));
    std::vector<storage::objects::ObjectName> names{named(kCall)};
    write_page(stores.store().to(), names, std::chrono::seconds(1));
    MovingStore patient(stores.open("to"), stores.open("from"), std::chrono::seconds(0));
    REQUIRE(await(patient.remove(named(kCall), soon())).has_value());
    CHECK_FALSE(has(stores.store(), kCall));
}

TEST_CASE("A page of a listing misses nothing that moves while it is made") {
    TwoFileStores stores;
    std::vector<std::string> all;
    for (unsigned i = 10; i < 40; ++i) {
        all.push_back("recordings/2026-12-24/3f/" + std::to_string(i));
        put(i % 3 == 0 ? stores.store().to() : stores.store().from(), all.back(), some_bytes(10, i));
    }
    const auto move = [&](std::string_view what, const std::string& prefix) {
        if (what == "list" && prefix == "recordings/") move_all(stores.store());
    };
    SECTION("between the old store's page and the new one's") {
        const auto reader = stores.another(hooked(move));
        CHECK(await(reader->list("recordings/", "", 100, soon())).value().objects.size() == all.size());
    }
    SECTION("before the old store's") {
        const auto reader = stores.another(TwoFileStores::as_it_is, hooked(move));
        CHECK(await(reader->list("recordings/", "", 100, soon())).value().objects.size() == all.size());
    }
    CHECK(names_in(stores.store().from()).empty());
}

TEST_CASE("Who reads an object goes on while it moves, also from a store that cannot read on what was removed") {
    TwoFileStores stores;
    const Bytes bytes = some_bytes(100'000);
    put(stores.store().from(), kCall, bytes);
    const auto reader = stores.another(TwoFileStores::as_it_is, [](std::unique_ptr<ObjectStore> store) {
        auto out = std::make_unique<HookedStore>(std::move(store), [](std::string_view, const std::string&) {});
        out->forget_what_was_removed();
        return out;
    });
    const auto object = await(reader->open(named(kCall), soon())).value();
    Bytes out(50'000);
    REQUIRE(await(object->read(0, out, soon())).value() == 50'000);
    move_all(stores.store());
    REQUIRE(await(object->read(50'000, out, soon())).value() == 50'000);
    CHECK(std::equal(out.begin(), out.end(), bytes.begin() + 50'000));
    REQUIRE(await(stores.store().remove(named(kCall), soon())).has_value());
    const auto third = await(reader->open(named(kCall), soon()));
    CHECK(third.error().code == Code::kNotFound);
}

TEST_CASE("A copy that reads back differently is taken away, and the object stays where it was") {
    TwoFileStores stores;
    const Bytes bytes = some_bytes(1000);
    put(stores.store().from(), kCall, bytes);
    put(stores.store().from(), "recordings/2026-12-24/3f/good", bytes);
    const auto disk = stores.open("to");
    auto liar = std::make_unique<tests::FaultyStore>(*disk);
    tests::StoreFaults faults;
    faults.only_prefix = kCall;
    faults.corrupt_byte_at = 500;
    liar->set(faults);
    MovingStore lied_to(std::move(liar), stores.open("from"));
    const auto figures = move_all(lied_to);
    CHECK(figures.stuck == 1);
    CHECK(figures.why_stuck.value().code == Code::kCorrupt);
    CHECK(figures.objects == 1);
    CHECK(get(stores.store().from(), kCall).value() == bytes);
    CHECK_FALSE(has(stores.store().to(), kCall));
    CHECK(move_all(stores.store()).objects == 1);
}

TEST_CASE("While an object is in the old store that is the true one: another copy of it is written anew") {
    TwoFileStores stores;
    put(stores.store().from(), kCall, some_bytes(1000, 1));
    put(stores.store().to(), kCall, some_bytes(1000, 2));
    REQUIRE(get(stores.store(), kCall).value() == some_bytes(1000, 1));
    move_all(stores.store());
    CHECK(get(stores.store().to(), kCall).value() == some_bytes(1000, 1));
}

TEST_CASE("Two moves at once lose nothing, and neither takes away what the other moved") {
    TwoFileStores stores;
    std::set<std::string> all;
    for (unsigned i = 0; i < 200; ++i) {
        const std::string name = "recordings/2026-12-24/3f/" + std::to_string(i);
        all.insert(name);
        put(stores.store().from(), name, some_bytes(1000, i));
    }
    std::vector<std::future<void>> moves;
    for (int i = 0; i < 2; ++i)
        moves.push_back(std::async(std::launch::async, [&] {
            const auto store = stores.another();
            StoreMove move(*store, alive(all), unplaced);
            for (;;) {
                const auto more = await(move.step());
                if (more && !*more) return;
            }
        }));
    for (auto& move : moves) move.get();
    move_all(stores.store(), all);
    CHECK(names_in(stores.store().from()).empty());
    for (unsigned i = 0; i < 200; ++i)
        REQUIRE(get(stores.store(), "recordings/2026-12-24/3f/" + std::to_string(i)).value() == some_bytes(1000, i));
}

TEST_CASE("A copy is written down as placed after it was compared and before the old one goes") {
    TwoFileStores stores;
    auto* const store = &stores.store();
    put(store->from(), kCall, some_bytes(100));
    std::vector<std::string> told;
    StoreMove move(*store, alive({kCall}), [&](std::vector<std::string> names) -> boost::asio::awaitable<Result<void>> {
        told = std::move(names);
        CHECK(has(store->from(), kCall));
        CHECK(has(store->to(), kCall));
        co_return policy::fail(policy::Code::kUnavailable, "the catalogue is away");
    });
    CHECK(await(move.step()).error().code == policy::Code::kUnavailable);
    CHECK(told == std::vector<std::string>{kCall});
    CHECK(has(store->from(), kCall));  // nothing left before it was written down
}

TEST_CASE("Where objects come from is written down once, and another move is refused until it is done") {
    TwoFileStores stores;
    auto& to = stores.store().to();
    CHECK(await(storage::objects::read_move_source(to, soon())).value() == std::nullopt);
    REQUIRE(await(storage::objects::note_move_source(to, "the folder /a", soon())).has_value());
    REQUIRE(await(storage::objects::note_move_source(to, "the folder /a", soon())).has_value());
    CHECK(await(storage::objects::read_move_source(to, soon())).value() == "the folder /a");
    const auto other = await(storage::objects::note_move_source(to, "the folder /b", soon()));
    REQUIRE(other.error().code == Code::kConflict);
    CHECK(other.error().what == "a move from the folder /a is not finished");
}

}  // namespace
