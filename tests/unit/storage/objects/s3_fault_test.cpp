#include "storage/objects/s3_fault.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace storage::objects;

S3Answer answered(unsigned status, std::string code) {
    S3Answer answer;
    answer.head.status = status;
    answer.code = std::move(code);
    return answer;
}

S3Remedy remedy(unsigned status, std::string code) {
    S3Options options;
    options.bucket = "calls";
    const auto fault = fault_of(answered(status, std::move(code)), options, {});
    REQUIRE(fault.has_value());
    CHECK(fault->error.code == policy::Code::kUnavailable);
    return fault->remedy;
}

TEST_CASE("Refusals that belong to the request are the caller's to understand") {
    for (const auto& [status, code] : std::vector<std::pair<unsigned, std::string>>{{200, ""},
                                                                                    {204, ""},
                                                                                    {206, ""},
                                                                                    {404, ""},
                                                                                    {404, "NoSuchKey"},
                                                                                    {412, ""},
                                                                                    {403, "AccessDenied"},
                                                                                    {416, "InvalidRange"},
                                                                                    {400, "EntityTooSmall"},
                                                                                    {501, "NotImplemented"}}) {
        INFO(status << ' ' << code);
        CHECK_FALSE(fault_of(answered(status, code), {}, {}).has_value());
    }
}

TEST_CASE("What passes by itself is waited for, and what an operator must mend is not") {
    for (const unsigned status : {500U, 502U, 503U, 504U, 429U}) CHECK(remedy(status, "") == S3Remedy::kWait);
    CHECK(remedy(400, "RequestTimeout") == S3Remedy::kWait);
    CHECK(remedy(409, "ConditionalRequestConflict") == S3Remedy::kWait);
    CHECK(remedy(404, "NoSuchBucket") == S3Remedy::kNone);
    CHECK(remedy(301, "PermanentRedirect") == S3Remedy::kNone);
    CHECK(remedy(403, "InvalidAccessKeyId") == S3Remedy::kCredentials);
    CHECK(remedy(403, "SignatureDoesNotMatch") == S3Remedy::kCredentials);
    CHECK(remedy(403, "") == S3Remedy::kCredentials);
    CHECK(remedy(403, "RequestTimeTooSkewed") == S3Remedy::kNone);  // no Date: nothing to correct by
}

TEST_CASE("A Date is read, and anything else is none") {
    CHECK(parse_http_date("Fri, 24 May 2013 01:02:03 GMT") == policy::parse_instant("2013-05-24T01:02:03Z"));
    for (const auto* text :
         {"", "Fri, 24 May 2013 01:02:03 CET", "Fri, 32 May 2013 01:02:03 GMT", "Fri, 24 Mai 2013 01:02:03 GMT",
          "Fri, 24 May 2013 25:02:03 GMT", "Fri, xx May 2013 01:02:03 GMT", "Friday, 24-May-13 01:02:03 GMT"})
        CHECK_FALSE(parse_http_date(text).has_value());
}

}  // namespace
