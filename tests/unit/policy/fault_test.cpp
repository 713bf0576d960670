#include "policy/fault.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string_view>

namespace {

TEST_CASE("Every fault code has a wire form of its own, in lower case with hyphens") {
    std::set<std::string_view> seen;
    for (const auto code : policy::all_fault_codes()) {
        CAPTURE(text(code));
        CHECK(seen.insert(text(code)).second);
        CHECK_FALSE(text(code).empty());
        CHECK(text(code).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    }
    CHECK(seen.size() == static_cast<std::size_t>(policy::FaultCode::kRenewedBySame) + 1);
}

TEST_CASE("The list of fault codes is in the order of the table") {
    std::size_t place = 0;
    for (const auto code : policy::all_fault_codes()) CHECK(static_cast<std::size_t>(code) == place++);
}

}  // namespace
