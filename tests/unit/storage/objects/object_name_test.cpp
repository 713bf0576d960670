#include "storage/objects/object_name.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace std::chrono;
using storage::objects::ObjectName;

TEST_CASE("Names that every store can hold are taken") {
    for (const std::string text : {"a", "recordings/2026-11-24/3f/3f0c", "x001/x234/067.p/12", "A-b_c.d"}) {
        REQUIRE(ObjectName::parse(text).value().text() == text);
    }
    REQUIRE(ObjectName::parse(std::string(200, 'a')).has_value());
}

TEST_CASE("No name leads out of the store, into its hidden folders, or past its limits") {
    using namespace std::string_literals;
    std::string long_name(512, 'a');
    for (std::size_t i = 100; i < long_name.size(); i += 100) long_name[i] = '/';
    REQUIRE(ObjectName::parse(long_name).has_value());
    for (const auto& text : {""s,
                             "/"s,
                             "/a"s,
                             "a/"s,
                             "a//b"s,
                             "."s,
                             ".."s,
                             "../a"s,
                             "a/../b"s,
                             "a/./b"s,
                             ".tmp/a"s,
                             "a/.b"s,
                             "..a/b"s,
                             "a\0b"s,
                             "a b"s,
                             "a\\b"s,
                             "a\nb"s,
                             "a%2e"s,
                             "\xC3\xA4"s,
                             "a:b"s,
                             "~"s,
                             std::string(201, 'a'),
                             long_name + "a"}) {
        INFO(text);
        REQUIRE(ObjectName::parse(text).error().code == policy::Code::kInvalid);
    }
}

TEST_CASE("Every name has its place") {
    const auto attempt = policy::AttemptId::parse("3f0c5a1d00112233445566778899aabb").value();
    const auto recording = policy::RecordingId::parse("e10c5a1d00112233445566778899aabb").value();
    using namespace storage::objects;
    REQUIRE(recording_object(2026y / November / 24d, recording, attempt).text() ==
            "recordings/2026-11-24/e1/e10c5a1d001122333f0c5a1d00112233");
    REQUIRE(recordings_of(2026y / November / 24d) == "recordings/2026-11-24/");
    REQUIRE(deletion_certificate(recording).text() == "certificates/e1/e10c5a1d00112233445566778899aabb");
    REQUIRE(ledger_record(42).text() == "ledger/00000000000000000042");
    REQUIRE(log_checkpoint(UINT64_MAX).text() == "log/checkpoint/18446744073709551615");
}

TEST_CASE("Tiles are named as c2sp.org/tlog-tiles says") {
    using namespace storage::objects;
    REQUIRE(log_tile(0, 0).text() == "log/tile/0/000");
    REQUIRE(log_tile(1, 999).text() == "log/tile/1/999");
    REQUIRE(log_tile(2, 1000).text() == "log/tile/2/x001/000");
    REQUIRE(log_tile(0, 1234067).text() == "log/tile/0/x001/x234/067");
    REQUIRE(log_tile(0, 1234067, 12).text() == "log/tile/0/x001/x234/067.p/12");
    REQUIRE(log_entries(67, 255).text() == "log/tile/entries/067.p/255");
    REQUIRE(log_entries(1067).text() == "log/tile/entries/x001/067");
    for (const auto& name : {log_tile(63, UINT64_MAX, 1), log_entries(UINT64_MAX), log_checkpoint(0)}) {
        REQUIRE(ObjectName::parse(name.text()).has_value());
    }
}

}  // namespace
