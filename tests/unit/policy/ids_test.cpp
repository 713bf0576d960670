#include "policy/ids.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <type_traits>

namespace {

using policy::RecordingId;

TEST_CASE("An id reads back from its 32 digits") {
    RecordingId::Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 17);
    const RecordingId id(bytes);
    CHECK(id.text() == "00112233445566778899aabbccddeeff");
    CHECK(RecordingId::parse(id.text()) == id);
    CHECK(RecordingId::parse(std::string(32, '0')) == RecordingId{});
}

TEST_CASE("Anything but 32 lowercase hexadecimal digits is no id") {
    for (const char* bad : {"", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeff0",
                            "00112233445566778899AABBCCDDEEFF", "00112233-4455-6677-8899-aabbccddee",
                            "00112233445566778899aabbccddeefg", " 0112233445566778899aabbccddeeff"}) {
        CHECK_FALSE(RecordingId::parse(bad));
    }
}

TEST_CASE("Ids of different things do not mix") {
    STATIC_REQUIRE_FALSE(std::is_convertible_v<policy::RecordingId, policy::LogId>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<policy::LogId, policy::RecordingId>);
}

}  // namespace
