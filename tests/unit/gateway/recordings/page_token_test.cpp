#include "gateway/recordings/page_token.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

namespace {

using gateway::recordings::page_message;
using gateway::recordings::page_token;
using gateway::recordings::parse_page_token;
using storage::catalogue::Cursor;
using storage::catalogue::Mac;

Cursor cursor_at(std::int64_t milliseconds, std::uint8_t first = 0xAB) {
    policy::RecordingId::Bytes id{};
    id[0] = first;
    id[15] = 0x01;
    return {policy::Instant(std::chrono::milliseconds(milliseconds)), policy::RecordingId(id)};
}

Mac mac_of(std::uint8_t seed) {
    Mac out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(seed + i);
    return out;
}

}  // namespace

TEST_CASE("A page token comes back as it went out, before and after 1970") {
    for (const std::int64_t at : {0L, 1L, -1L, 1'795'000'000'123L, -62'135'596'800'000L}) {
        const auto token = page_token(cursor_at(at), mac_of(3));
        const auto back = parse_page_token(text_of(token));
        REQUIRE(back);
        CHECK(back->cursor.started_at == token.cursor.started_at);
        CHECK(back->cursor.id == token.cursor.id);
        CHECK(back->mac == token.mac);
    }
}

TEST_CASE("What no page token looks like is none") {
    const auto good = text_of(page_token(cursor_at(1'795'000'000'000), mac_of(3)));
    CHECK(parse_page_token(good));
    for (const std::string& bad : {std::string(), std::string("garbage"), good.substr(1), good + "A", good + "=",
                                   good.substr(0, good.size() - 1) + "!", std::string(512, 'A')}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_page_token(bad));
    }
}

TEST_CASE("A token whose place or MAC was touched proves nothing") {
    const auto token = page_token(cursor_at(5), mac_of(3));
    CHECK(proves(mac_of(3), token));
    CHECK_FALSE(proves(mac_of(4), token));
    auto touched = token;
    touched.mac[15] ^= std::byte{1};
    CHECK_FALSE(proves(mac_of(3), touched));
}

TEST_CASE("The MAC covers subject, question and place, and where one ends and the next begins") {
    const auto message = page_message("subject", "question", cursor_at(5));
    CHECK(message == page_message("subject", "question", cursor_at(5)));
    CHECK(message != page_message("subject2", "question", cursor_at(5)));
    CHECK(message != page_message("subject", "other", cursor_at(5)));
    CHECK(message != page_message("subjectq", "uestion", cursor_at(5)));
    CHECK(message != page_message("subject", "question", cursor_at(6)));
    CHECK(message != page_message("subject", "question", cursor_at(5, 0xAC)));
}
