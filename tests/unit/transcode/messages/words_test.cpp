#include "transcode/messages/words.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace transcode::messages;

TEST_CASE("Every input and coding has a name of its own that leads back to it") {
    for (std::uint8_t i = 1; i <= kLastInput; ++i)
        CHECK(parse_input(name_of(static_cast<Input>(i))) == static_cast<Input>(i));
    for (std::uint8_t i = 1; i <= kLastCoding; ++i)
        CHECK(parse_coding(name_of(static_cast<Coding>(i))) == static_cast<Coding>(i));
    CHECK_FALSE(parse_input("aiff"));
    CHECK_FALSE(parse_coding(""));
    CHECK(name_of(static_cast<Input>(0)).empty());
}

TEST_CASE("What a worker says of a file is final, what befell the worker may pass") {
    CHECK(text(Reason::kMalformed) == "malformed");
    CHECK(text(Reason::kWorkerMisspoke) == "worker-misspoke");
    for (std::uint8_t i = 1; i <= kLastSaid; ++i) CHECK_FALSE(may_pass(static_cast<Reason>(i)));
    CHECK(may_pass(Reason::kWorkerCrashed));
    CHECK(may_pass(Reason::kWorkerTooSlow));
}

}  // namespace
