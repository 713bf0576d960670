#include "policy/result.hpp"

#include <catch2/catch.hpp>

namespace {

TEST_CASE("A result that holds an error refuses to be used as a value") {
    const policy::Result<int> result = policy::fail(policy::Code::kNotFound, "no such recording");
    REQUIRE(result.has_error());
    REQUIRE(result.error().code == policy::Code::kNotFound);
    REQUIRE_THROWS_WITH(result.value(), "not_found: no such recording");
}

}  // namespace
