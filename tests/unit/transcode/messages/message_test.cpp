#include "transcode/messages/message.hpp"

#include <catch2/catch.hpp>

#include "tests/support/print_result.hpp"

namespace {

using namespace transcode::messages;

policy::Result<Job> decoded(const std::vector<std::byte>& bytes) {
    const auto header = decode_header(std::span<const std::byte>(bytes).first<kHeaderInBytes>());
    if (header.has_error()) return header.error();
    return decode_job(*header, std::span(bytes).subspan(kHeaderInBytes));
}

TEST_CASE("A header is 24 bytes, little-endian") {
    const auto bytes = encode(Header{Kind::kRead, 0x0102, 0x030405, 0x06});
    CHECK(std::to_integer<int>(bytes[0]) == 3);
    CHECK(std::to_integer<int>(bytes[4]) == 2);
    CHECK(std::to_integer<int>(bytes[5]) == 1);
    CHECK(std::to_integer<int>(bytes[8]) == 5);
    CHECK(std::to_integer<int>(bytes[16]) == 6);
    const auto again = decode_header(bytes).value();
    CHECK(again.kind == Kind::kRead);
    CHECK(again.first == 0x030405);
}

TEST_CASE("Unknown kinds and payloads past 64 KiB are refused") {
    auto bytes = encode(Header{Kind::kFailed, kMaxPayloadInBytes, 0, 0});
    CHECK(decode_header(bytes));
    bytes[4] = std::byte{1};
    CHECK(decode_header(bytes).has_error());
    for (const int kind : {0, 9, 255}) {
        bytes = encode(Header{Kind::kJob, 0, 0, 0});
        bytes[0] = static_cast<std::byte>(kind);
        CHECK(decode_header(bytes).has_error());
    }
}

TEST_CASE("A job survives the way to the worker") {
    const Job raw{Input::kRawL16, 4711, true, 2, 8000};
    const auto again = decoded(encode(raw)).value();
    CHECK(again.input == Input::kRawL16);
    CHECK(again.file_in_bytes == 4711);
    CHECK(again.rendition);
    CHECK(again.channels == 2);
    CHECK(again.rate_hz == 8000);
    CHECK(decoded(encode(Job{Input::kMp3, 1, false, 0, 0})));
}

TEST_CASE("Raw samples without a shape are no job") {
    CHECK(decoded(encode(Job{Input::kRawL16, 1, false, 0, 8000})).has_error());
    CHECK(decoded(encode(Job{Input::kRawL16, 1, false, 9, 8000})).has_error());
    CHECK(decoded(encode(Job{Input::kRawL16, 1, false, 1, 0})).has_error());
    auto bytes = encode(Job{Input::kMp3, 1, false, 0, 0});
    bytes[kHeaderInBytes] = std::byte{kLastInput + 1};
    CHECK(decoded(bytes).has_error());
}

}  // namespace
